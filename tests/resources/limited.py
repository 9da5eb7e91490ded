"""Providers in a process whose environment says what a run may not do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_modelarts.handlers._configuration import Configuration
from tests.resources.scenario import Stack, configured

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.resources._provider import Provider


def limited(provider: type[Provider], environ: Mapping[str, str]) -> Provider:
    """Make a provider of a class, for which an environment counts."""

    class Limited(provider):  # type: ignore[misc,valid-type]  # mypy knows no class that is an argument
        @property
        def configuration(self) -> Configuration:
            return Configuration(self._config, environ)

    made: Provider = Limited()
    return made


def program(provider: type[Provider], config: Mapping[str, str], environ: Mapping[str, str], name: str = "x") -> Stack:
    """Return a program with one resource.

    Args:
        provider: Its class.
        config: What leads to the service; programs with the same one run in one process.
        environ: The environment.
        name: Of the resource.
    """
    urn = f"urn:pulumi:test::x::{provider.__name__}::{name}"
    return Stack(configured(limited(provider, environ), **config), urn=urn)


def anew(stack: Stack, provider: type[Provider], config: Mapping[str, str], environ: Mapping[str, str]) -> Stack:
    """Return the same resource in another environment, as another command finds it."""
    return Stack(configured(limited(provider, environ), **config), state=stack.state, urn=stack.urn)
