"""The program that is printed: settings, imports, a resource for each pool, and what is exported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.api.sources import KEYS
from pulumi_modelarts.cli.program.account import title
from pulumi_modelarts.cli.program.source import Call, Names, comment, variable, written
from pulumi_modelarts.specs.spelling import argument

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pulumi_modelarts.api.settings import Settings
    from pulumi_modelarts.cli.program.declared import Declared

ABOVE: Final = '''"""The resource pools of project {project} in {region}, as they were on {day}.

The first run adopts them and changes nothing. Beside credentials (docs/settings.md) the stack needs these settings:

{settings}
"""
'''
TAKEN: Final = ("pulumi", "modelarts")


def program(settings: Settings, pools: Sequence[Declared], unreadable: Mapping[str, str], day: str) -> str:
    """The whole program.

    Args:
        settings: of the project.
        pools: its pools.
        unreadable: why others cannot be read, by id.
        day: when they were read, such as `2026-11-27`.
    """
    names = Names(TAKEN)
    named = [(names.of(title(each.pool)), each) for each in pools]
    made = [name for name, each in named if not each.refused]
    blocks = [
        _above(settings, day),
        "import pulumi\n",
        "import pulumi_modelarts as modelarts\n",
        *(_pool(name, each) for name, each in named),
        *(f"{comment(f'Not declared: resource pool {name}: {why}')}\n" for name, why in sorted(unreadable.items())),
        "".join(f"pulumi.export({written(name)}, {variable(name)}.node_counts)\n" for name in made),
    ]
    return "\n".join(block for block in blocks if block)


def _above(settings: Settings, day: str) -> str:
    lines = "\n".join(f"    pulumi config set {key} {value}" for key, value in _settings(settings))
    return ABOVE.format(project=settings.project_id, region=settings.region, day=day, settings=lines)


def _settings(settings: Settings) -> Iterator[tuple[str, str]]:
    """What leads to the project; what is a secret, or a file of this machine, is left to whoever has it."""
    if settings.emulator_file is not None:
        yield KEYS["endpoint"][0], "emulator"
    yield KEYS["region"][0], settings.region
    yield KEYS["project id"][0], settings.project_id
    if settings.workspace_id:
        yield KEYS["workspace id"][0], settings.workspace_id


def _pool(name: str, declared: Declared) -> str:
    remarks = "".join(f"{comment(remark)}\n" for remark in _remarks(declared))
    if declared.refused:
        return remarks
    call = Call("modelarts.ResourcePool", (name,), tuple(_arguments(declared.inputs)), open=True)
    before = f"{variable(name)} = "
    return f"{remarks}{before}{written(call, before)}\n"


def _remarks(declared: Declared) -> Iterable[str]:
    if declared.refused:
        return [f"Not declared: resource pool {declared.pool.name}: {declared.refused}"]
    return declared.remarks


def _arguments(inputs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Inputs as the arguments that a program gives."""
    for key, value in inputs.items():
        if key == "driver":
            yield argument(key), _value("modelarts.Driver", value)
        elif key == "nodePools":
            yield argument(key), {name: _value("modelarts.NodePool", each) for name, each in value.items()}
        else:
            yield argument(key), value


def _value(name: str, inputs: Mapping[str, Any]) -> Call:
    return Call(name, named=tuple((argument(key), value) for key, value in inputs.items()))
