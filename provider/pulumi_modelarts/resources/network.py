"""The resource `Network`: what a program writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import pulumi
from pulumi import Input, Output, ResourceOptions, dynamic

from pulumi_modelarts.resources._arguments import inputs, output, output_map, properties
from pulumi_modelarts.resources._calls import checked
from pulumi_modelarts.resources._errors import ProgramError
from pulumi_modelarts.resources._options import adoptable, ignoring, spelt
from pulumi_modelarts.resources._order import note_order
from pulumi_modelarts.resources._provider import Provider
from pulumi_modelarts.resources._secrets import secret_inputs
from pulumi_modelarts.resources._stack import foretold_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_modelarts.handlers.network import NetworkHandler

_INSTEAD = (
    "Network(name, network_name=<id>) adopts a network that exists and changes nothing, and its outputs, such as cidr "
    "and phase, can be read"
)


class NetworkProvider(Provider):
    """What the engine calls. Its import path is part of every state file and must never change."""

    def handler(self) -> NetworkHandler:
        """Returns what handles a call about a network."""
        from pulumi_modelarts.handlers.network import NetworkHandler  # noqa: PLC0415 - only the host needs it

        return NetworkHandler(self.configuration)


class Network(dynamic.Resource, module="modelarts", name="Network"):
    """A network that resource pools are in: one that is made, with `name` and `cidr`, or adopted, with `network_name`.

    Give `network_name` to the pools that are made in it: the id follows from the name and is known in previews. A
    network that this resource has made is deleted with it, once no pool is in it; any other one stays as it is, and so
    does one that was there already when the program named it. `ownership` says which it is. Nothing about a network
    can be changed.
    """

    tells_change = "phase"

    @checked
    def __init__(
        self,
        resource_name: str,
        *,
        name: Input[str] | None = None,
        cidr: Input[str] | None = None,
        network_name: Input[str] | None = None,
        workspace_id: Input[str] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        """Makes a network, or adopts one.

        Args:
            resource_name: Name of the resource in the program.
            name: Name of the network to make, 4 to 32 lowercase letters, digits and hyphens. Its id is this name, a
                hyphen and the project's id. One that exists with the same addresses is taken over, and stays when the
                resource goes.
            cidr: Addresses of the network to make: a block in 172.16.0.0/12 or 192.168.0.0/16, with a prefix of at most
                /24. Every node of its pools takes one; they cannot be changed.
            network_name: Id of the network to adopt (`metadata.name`), in place of the other arguments. Another id
                releases this network and adopts that one.
            workspace_id: Workspace of the network to make (default: that of the settings, or the service's default).
            opts: Resource options. `retain_on_delete` is on by default for a network that is adopted, which is only
                released, and off for one that is made. `protect` keeps one from being deleted.
        """
        what = f"Network {resource_name!r}"
        adoptable(what, opts, _INSTEAD)
        props = properties(name=name, cidr=cidr, network_name=network_name, workspace_id=workspace_id)
        opts = spelt(what, type(self), opts or ResourceOptions(), _INPUTS, "changes", props)
        opts, ignored = ignoring(what, opts, _INPUTS, "changes", props)
        further = {"ignored": ignored or None, "secrets": secret_inputs(props)}
        names = ("networkName", "ownership", "changes", "cidr", "phase", "subnets", "freeAddresses", "pools")
        outputs = {each: None for each in names if each not in props} | {"changes": foretold_by(opts)}
        defaults = ResourceOptions(retain_on_delete=name is None)
        merged = ResourceOptions.merge(defaults, opts)
        super().__init__(NetworkProvider(), resource_name, {**props, **further, **outputs}, merged)
        note_order(self, props, merged)

    @classmethod
    def get(cls, resource_name: str, *_: object, **__: object) -> NoReturn:
        """Says what to do instead: a network is adopted, not looked up.

        Raises:
            ProgramError: Always.
        """
        raise ProgramError(f"Network {resource_name!r}: get(…) cannot look it up. {_INSTEAD}")

    @property
    @pulumi.getter(name="networkName")
    def network_name(self) -> Output[str]:
        """Id of the network. Known in previews."""
        return output(self, "networkName")

    @property
    @pulumi.getter
    def cidr(self) -> Output[str]:
        """Its addresses, such as "192.168.0.0/20"."""
        return output(self, "cidr")

    @property
    @pulumi.getter
    def ownership(self) -> Output[str]:
        """Whose it is: "made" by this resource, and deleted with it, or "adopted", and left as it is."""
        return output(self, "ownership")

    @property
    @pulumi.getter
    def changes(self) -> Output[Mapping[str, str]]:
        """What runs did to the service since the last one that had nothing to do."""
        return output_map(self, "changes")

    @property
    @pulumi.getter
    def phase(self) -> Output[str]:
        """Phase of the network, such as "Active". Volatile: unknown in previews of an update."""
        return output(self, "phase")

    @property
    @pulumi.getter
    def subnets(self) -> Output[Sequence[Mapping[str, str]]]:
        """Its subnets, each with `networkId`, which is its id in the VPC service, and `cidr`."""
        return output(self, "subnets").apply(lambda subnets: subnets or [])

    @property
    @pulumi.getter(name="freeAddresses")
    def free_addresses(self) -> Output[int | None]:
        """Addresses that were left for nodes at the last run or refresh; None where the service does not tell."""
        return output(self, "freeAddresses")

    @property
    @pulumi.getter
    def pools(self) -> Output[Sequence[str]]:
        """Ids of the pools that were in it at the last run or refresh, sorted."""
        return output(self, "pools").apply(lambda pools: pools or [])


_INPUTS = inputs(Network.__init__)
