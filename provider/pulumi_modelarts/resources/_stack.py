"""What a program knows of its own stack, and the provider process is not told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

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


def claims(opts: ResourceOptions | None) -> bool:
    """Returns whether pools are marked as those of this stack, by the provider of a resource or by the stack.

    Args:
        opts: Options of the resource.
    """
    provider = explicit_provider(opts)
    if isinstance(provider, Provider):
        return provider.claim
    return provider is None and pulumi.Config("modelarts").get("claim") == "true"
