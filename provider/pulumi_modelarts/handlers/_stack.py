"""To which stack a declaration belongs: the engine tells project and stack in the urn, the program its organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pulumi_modelarts.specs.stack import InStack, Stack

if TYPE_CHECKING:
    from pulumi_modelarts.handlers._configuration import Configuration
    from pulumi_modelarts.handlers._rpc import Call

_URN = "urn:pulumi:"
_NO_ORGANIZATION = "organization"
"""What Pulumi itself says for a backend that has none."""

T = TypeVar("T", bound=InStack)


def of_stack(spec: T, call: Call, configuration: Configuration) -> T:
    """Returns a declaration as that of the stack that makes the call."""
    return spec.of_stack(stack_of(call, spec.organization, configuration))


def stack_of(call: Call, organization: str, configuration: Configuration) -> Stack:
    """Returns the stack that makes a call.

    Args:
        call: The engine's call.
        organization: Whose it is, as the program has told; empty for none.
        configuration: What the stack says, among it whether it marks its pools.
    """
    return Stack(stack_name(call.urn, organization), configuration.options.claim, call.urn)


def stack_name(urn: str, organization: str = "") -> str:
    """Returns organization, project and stack of a resource; empty where the urn does not say them."""
    stack, _, rest = urn.removeprefix(_URN).partition("::")
    project, found, _ = rest.partition("::")
    if not urn.startswith(_URN) or not found:
        return ""
    return f"{organization or _NO_ORGANIZATION}/{project}/{stack}"
