"""What a program can say of a network: which one it is. The rest cannot be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_modelarts.cli.program.declared import Declared, told
from pulumi_modelarts.specs._spec import parse
from pulumi_modelarts.specs.network import NetworkSpec

if TYPE_CHECKING:
    from pulumi_modelarts.api.network import Network
    from pulumi_modelarts.reconcilers.network import NetworkReader

CONNECTED: Final = "Its connections with VPCs and file systems are left as they are: no argument says them."


def declared_network(reader: NetworkReader, network: Network, title: str) -> Declared:
    """What can be said of a network.

    Raises:
        ModelArtsError: something of it could not be read.
    """
    inputs = {"networkName": network.name}
    parsed = parse(NetworkSpec, inputs, lambda _: False)
    if parsed.spec is None:
        return Declared(network.name, title, inputs, refused=told(parsed.problems))
    plan = reader.plan(parsed.spec, None, network)
    remarks = (*(f"{warning[:1].upper()}{warning[1:]}." for warning in plan.warnings), *_connected(network))
    return Declared(network.name, title, inputs, remarks, told(plan.problems))


def _connected(network: Network) -> tuple[str, ...]:
    return (CONNECTED,) if network.spec.connection else ()
