"""The configuration that the host hands over, key by key, and what it leads to."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import ConfigurationError
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.handlers import _rpc
from pulumi_modelarts.handlers._sessions import Target, session_for

if TYPE_CHECKING:
    from pulumi import dynamic

    from pulumi_modelarts.reconcilers.session import Session


class Configuration:
    """What the stack, or an explicit provider, says about this package.

    Args:
        config: As the host hands it over; None when it has handed nothing over.
    """

    def __init__(self, config: dynamic.Config | None) -> None:
        self._config = config

    @property
    def session(self) -> Session:
        """The shared side of the configured project.

        Raises:
            ConfigurationError: Settings are missing or cannot be used.
        """
        settings = Settings.resolve(self._setting, os.environ)
        return session_for(Target(settings, self._setting("modelarts:emulatorClock"), self.workers))

    @property
    def live_preview(self) -> bool:
        """Whether previews look at the service (`modelarts:livePreview`, default true).

        Raises:
            ConfigurationError: It is neither true nor false.
        """
        return self._switch("modelarts:livePreview", default="true")

    @property
    def claims(self) -> bool:
        """Whether the pools that this stack manages are marked as its own (`modelarts:claim`, default false).

        Raises:
            ConfigurationError: It is neither true nor false.
        """
        return self._switch("modelarts:claim", default="false")

    def _switch(self, key: str, default: str) -> bool:
        value = self._setting(key) or default
        if value not in {"true", "false"}:
            raise ConfigurationError(f"{key} is {value!r}; set it to true or false")
        return value == "true"

    @property
    def workers(self) -> int:
        """Calls served at once, and connections to the service (`modelarts:workers`, default 64).

        Raises:
            ConfigurationError: It is no whole number of 1 or more.
        """
        value = self._setting("modelarts:workers") or str(_rpc.DEFAULT_WORKERS)
        if not value.isdecimal() or int(value) == 0:
            raise ConfigurationError(f"modelarts:workers is {value!r}; set it to a whole number of 1 or more")
        return int(value)

    def _setting(self, key: str) -> str | None:
        value = None if self._config is None else self._config.get(key)
        return None if value is None else str(value)
