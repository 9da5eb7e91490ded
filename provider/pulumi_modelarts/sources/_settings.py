"""Where a program's questions go: to the stack's project, or to that of an explicit provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
from pulumi import Output

from pulumi_modelarts.api.sources import KEYS
from pulumi_modelarts.resources._errors import ProgramError
from pulumi_modelarts.resources._stack import explicit_provider
from pulumi_modelarts.resources.provider import Provider
from pulumi_modelarts.sources._questions import is_deferred

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi import InvokeOptions

__all__ = ["Provider", "of_stack", "provider_of", "resolved"]


def of_stack() -> dict[str, str]:
    """Returns the stack's configuration in plain, as the dynamic host gets it.

    A program of the automation API has no list of its keys: of those only the ones that count are looked for.
    """
    keys = {*pulumi.runtime.get_config_env(), *(key for keys in KEYS.values() for key in keys if ":" in key)}
    found = {key: pulumi.runtime.get_config(key) for key in keys}
    return {key: str(value) for key, value in found.items() if value is not None}


def provider_of(source: str, opts: InvokeOptions) -> Provider | None:
    """Returns the explicit provider of a call, its own or its parent's; None for the stack's configuration.

    Raises:
        ProgramError: It is one that says nothing about ModelArts.
    """
    provider = explicit_provider(opts)
    if provider is None or isinstance(provider, Provider):
        return provider
    raise ProgramError(f"{source}: its provider is to be a pulumi_modelarts.Provider, got {type(provider).__name__}")


async def resolved(settings: Mapping[str, Any]) -> dict[str, str] | None:
    """Returns settings in plain; None where one of them is not known in this preview."""
    found: dict[str, str] = {}
    for key, value in settings.items():
        output = Output.from_input(value) if is_deferred(value) else None
        if output is not None and not await output.is_known():
            return None
        plain = value if output is None else await output.future()
        if plain is not None:
            found[key] = str(plain)
    return found
