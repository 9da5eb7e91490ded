"""The program that is printed: settings, imports, networks, fleets, pools, and what is exported."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.cli.program import configuration
from pulumi_modelarts.cli.program.naming import Name, Names
from pulumi_modelarts.cli.program.source import Call, comments, written
from pulumi_modelarts.specs.fleet_names import pool_of
from pulumi_modelarts.specs.paths import ANY
from pulumi_modelarts.specs.spelling import argument

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pulumi_modelarts.api.settings import Settings
    from pulumi_modelarts.cli.program.declared import Declared, DeclaredPool
    from pulumi_modelarts.cli.program.fleets import FleetOf
    from pulumi_modelarts.specs.paths import Steps

ABOVE: Final = '''"""The networks and resource pools of project {project} in {region}, as they were on {day}.

The first run adopts them and changes nothing. The stack needs these settings:

{settings}
{further}"""
'''
CREDENTIALS: Final = """
What is set without a value is asked for. Credentials can come from the environment instead:
{variables}.
"""
SECRETS: Final = """
What may be a secret is not printed. Give each of these the value that the service has, a script
with `< FILE`:

{settings}
"""
CLASSES: Final[Mapping[Steps, str]] = {
    ("driver",): "Driver",
    ("nodePools", ANY): "NodePool",
    ("nodePools", ANY, "rootVolume"): "Volume",
}
"""What a map is in a program, by the steps that lead to it; anything else is a dict."""

LISTS: Final[Mapping[Steps, str]] = {
    ("nodePools", ANY, "taints"): "Taint",
    ("nodePools", ANY, "dataVolumes"): "DataVolume",
}
"""What the items of a list are, likewise."""


@dataclass(frozen=True)
class Contents:
    """What a program has in it.

    Attributes:
        networks: networks.
        fleets: fleets of pools.
        pools: pools that are in no fleet.
        unreadable: why other pools cannot be read, by id.
        unlisted: why networks cannot be listed; empty where they are, or are not asked for.
    """

    networks: Sequence[Declared]
    fleets: Sequence[FleetOf]
    pools: Sequence[DeclaredPool]
    unreadable: Mapping[str, str]
    unlisted: str


@dataclass
class Text:
    """Writes one program.

    Attributes:
        settings: of the project.
        day: when it was read, such as `2026-11-27`.
    """

    settings: Settings
    day: str
    _names: Names = field(default_factory=Names, init=False)
    _secrets: list[str] = field(default_factory=list, init=False)
    _exports: list[str] = field(default_factory=list, init=False)

    def program(self, contents: Contents) -> str:
        """The whole program."""
        # Pools are named first: a network of the same name gives way.
        fleets, pools = self._fleets(contents), [self._pool(pool) for pool in contents.pools]
        networks = [self._network(each) for each in contents.networks]
        unread = sorted(contents.unreadable.items())
        blocks = [
            self._above(),
            "import pulumi\n",
            "import pulumi_modelarts as modelarts\n",
            "config = pulumi.Config()\n" if self._secrets else "",
            *networks,
            _left_out("networks", contents.unlisted) if contents.unlisted else "",
            *fleets,
            *pools,
            *(_left_out(f"resource pool {name}", why) for name, why in unread),
            "".join(self._exports),
        ]
        return "\n".join(block for block in blocks if block)

    def _above(self) -> str:
        variables = configuration.variables(self.settings)
        further = CREDENTIALS.format(variables=variables) if variables else ""
        if self._secrets:
            further += SECRETS.format(settings=_indented(f"pulumi config set --secret {key}" for key in self._secrets))
        return ABOVE.format(
            project=self.settings.project_id,
            region=self.settings.region,
            day=self.day,
            settings=_indented(configuration.commands(self.settings)),
            further=further,
        )

    def _pool(self, pool: DeclaredPool) -> str:
        if pool.refused:
            return _left_out(f"resource pool {pool.id}", pool.refused)
        name = self._names.of(pool.title, "pool")
        call = Call("modelarts.ResourcePool", (name.text,), self._arguments(name.variable, pool), open=True)
        self._export(name, "node_counts")
        return _statement(pool.remarks, name, call)

    def _network(self, network: Declared) -> str:
        if network.refused:
            return _left_out(f"network {network.id}", network.refused)
        name = self._names.of(network.title, "network", also="network")
        call = Call("modelarts.Network", (name.text,), self._arguments(name.variable, network))
        self._export(name, "network_name")
        return _statement(network.remarks, name, call)

    def _fleets(self, contents: Contents) -> list[str]:
        """Fleets, named by their networks where there are several."""
        several = len(contents.fleets) > 1
        titles = {network.id: network.title for network in contents.networks}
        children: set[str] = set()
        found: list[str] = []
        for fleet in contents.fleets:
            keys = [self._names.of(pool.title, "pool") for pool in fleet.pools]
            network = titles.get(fleet.network, fleet.network)
            name = self._fleet_name(f"fleet-{network}" if several else "fleet", keys, children)
            remarks = [f"Pools of network {fleet.network}, which no node leaves."] if several else []
            self._export(name, "node_counts")
            found.append(_statement(remarks, name, self._fleet(name, keys, fleet)))
        return found

    def _fleet_name(self, title: str, keys: Sequence[Name], children: set[str]) -> Name:
        """A name for a fleet that gives each of its pools a name which no pool of another fleet has."""
        while True:
            name = self._names.of(title, "fleet")
            names = {pool_of(name.text, key.text) for key in keys}
            if not names & children:
                children |= names
                return name

    def _fleet(self, name: Name, keys: Sequence[Name], fleet: FleetOf) -> Call:
        pools = {
            key.text: Call(
                "modelarts.PoolSpec",
                named=self._arguments(key.variable, pool),
                open=True,
                remarks=pool.remarks,
            )
            for key, pool in zip(keys, fleet.pools, strict=True)
        }
        return Call("modelarts.Fleet", (name.text,), (("pools", pools),), open=True)

    def _export(self, name: Name, output: str) -> None:
        self._exports.append(f"pulumi.export({written(name.text)}, {name.variable}.{output})\n")

    def _arguments(self, variable: str, declared: Declared) -> tuple[tuple[str, Any], ...]:
        """Inputs as the arguments that a program gives."""
        return tuple(
            (argument(key), self._value(variable, declared, (key,), value)) for key, value in declared.inputs.items()
        )

    def _value(self, variable: str, declared: Declared, steps: Steps, value: Any) -> Any:
        """An input as an argument: what may be a secret as the key that it is asked for by."""
        if steps in declared.secrets:
            *_, last = steps
            key = self._names.key(variable, *(steps[1:] or [last]))
            self._secrets.append(key)
            return Call("config.require_secret", (key,))
        if isinstance(value, dict):
            items = {key: self._value(variable, declared, (*steps, key), item) for key, item in value.items()}
            return _made(CLASSES[_kind(steps)], items) if _kind(steps) in CLASSES else items
        if isinstance(value, list) and _kind(steps) in LISTS:
            return [_made(LISTS[_kind(steps)], item) for item in value]
        return value


def _kind(steps: Steps) -> Steps:
    """Steps without the name of a node pool, which is whatever somebody has chosen."""
    return tuple(ANY if place == 1 and steps[0] == "nodePools" else step for place, step in enumerate(steps))


def _made(called: str, items: Mapping[str, Any]) -> Call:
    return Call(f"modelarts.{called}", named=tuple((argument(key), item) for key, item in items.items()))


def _statement(remarks: Sequence[str], name: Name, call: Call) -> str:
    before = f"{name.variable} = "
    return f"{comments(remarks)}{before}{written(call, before)}\n"


def _left_out(what: str, why: str) -> str:
    return comments([f"Not declared: {what}: {why}"])


def _indented(lines: Iterable[str]) -> str:
    return "\n".join(f"    {line}" for line in lines)
