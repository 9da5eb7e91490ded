"""What a program knows of its own stack, and the provider process is not told."""

from __future__ import annotations

from contextlib import suppress
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi import Output

from pulumi_modelarts.resources.provider import Provider

if TYPE_CHECKING:
    from pulumi import InvokeOptions, ProviderResource, ResourceOptions

_NONE = "organization"
"""What Pulumi says for a backend that has no organizations."""
_TYPE = "pulumi-python:dynamic:Resource"


def organization() -> str | None:
    """Returns the organization that the stack belongs to; None for a backend that has none."""
    name = pulumi.get_organization()
    return None if name == _NONE else name


def explicit_provider(opts: ResourceOptions | InvokeOptions | None) -> ProviderResource | None:
    """Returns the explicit provider in options, or else that of the parent; None for the stack's configuration."""
    provider = getattr(opts, "provider", None)
    parent = getattr(opts, "parent", None)
    if provider is None and parent is not None:
        provider = parent.get_provider(_TYPE)
    return provider


def foretold_by(opts: ResourceOptions | None, first: Output[None] | None = None) -> Output[None] | None:
    """Returns what a program gives for the input that says what a run does, which is for a check to say.

    The engine checks nothing while a setting of an explicit provider is unknown, as in the preview that is to make what
    it comes from: the input would then be missing, and read as if nothing was to happen. So it is unknown as well. It
    depends on nothing, as the provider does so already.

    Args:
        opts: Options of the resource.
        first: What the resource waits for; None for nothing.

    Returns:
        An input without a value; None where there is nothing to wait for.
    """
    provider = explicit_provider(opts)
    given = provider.given.values() if isinstance(provider, Provider) else ()
    awaited = [each for each in (*given, first) if isinstance(each, Output) or isawaitable(each)]
    if not awaited:
        return None
    settings = Output.all(*awaited)
    return Output(set(), _nothing(settings), settings.is_known())


async def _nothing(settings: Output[Any]) -> None:
    with suppress(Exception):  # which Pulumi reports of the provider
        await settings.future()


def claims(opts: ResourceOptions | None) -> bool:
    """Returns whether pools are marked as those of this stack, by the provider of a resource or by the stack.

    Args:
        opts: Options of the resource.
    """
    provider = explicit_provider(opts)
    if isinstance(provider, Provider):
        return provider.claim
    return provider is None and pulumi.Config("modelarts").get("claim") == "true"
