"""The data source about flavors: `get_resource_flavors`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.sources._results import read_each
from pulumi_modelarts.sources._source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi import Input, InvokeOptions, InvokeOutputOptions, Output


@dataclass(frozen=True)
class AcceleratorInfo:
    """The accelerators of a node.

    Attributes:
        type: Such as "t4" or "ascend-snt9b"; empty for a node without.
        count: How many a node has.
    """

    type: str = ""
    count: int = 0


@dataclass(frozen=True)
class ResourceFlavorInfo:
    """A node type of the region.

    Attributes:
        flavor: Its id, such as "modelarts.vm.cpu.4ud".
        type: "Dedicate" or "Logical": the pools it is for.
        cpu_arch: "x86" or "arm64"; empty where the service does not say.
        cpu: Cores of a node, as the service writes them, such as "8".
        memory: Memory of a node, likewise, such as "32Gi".
        gpu: Its GPUs.
        npu: Its NPUs.
        stock: What the service tells of its stock, by availability zone that offers it: "normal" or "soldout"; others
            may come. How many nodes a zone has left it tells nobody.
        zones: Availability zones that have some at present.
        sold_out: Availability zones that offer it and have none at present.
        labels: Its labels, as the service has them.
    """

    flavor: str = ""
    type: str = ""
    cpu_arch: str = ""
    cpu: str = ""
    memory: str = ""
    gpu: AcceleratorInfo = AcceleratorInfo()
    npu: AcceleratorInfo = AcceleratorInfo()
    stock: Mapping[str, str] = field(default_factory=dict)
    zones: tuple[str, ...] = ()
    sold_out: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


def get_resource_flavors(
    *, zone: str | None = None, opts: InvokeOptions | None = None
) -> tuple[ResourceFlavorInfo, ...]:
    """Returns the flavors that the region offers, in order of their ids.

    Args:
        zone: Only those that this availability zone offers, sold out or not.
        opts: Options, such as an explicit provider whose settings are plain values.

    Raises:
        ModelArtsError: The service could not be asked, or its answer was no.
        ProgramError: An argument is an output.
    """
    return _FLAVORS.ask(opts, zone=zone)


def get_resource_flavors_output(
    *, zone: Input[str | None] = None, opts: InvokeOptions | InvokeOutputOptions | None = None
) -> Output[tuple[ResourceFlavorInfo, ...]]:
    """Returns what `get_resource_flavors` does, as an output, read when its inputs and dependencies are there."""
    return _FLAVORS.ask_output(opts, zone=zone)


_FLAVORS = Source("get_resource_flavors", lambda answer: read_each(ResourceFlavorInfo, answer, "flavors"))
