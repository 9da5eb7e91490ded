"""The configuration that the host hands over, and what it leads to."""

from __future__ import annotations

import os
import threading
import time
from functools import cached_property
from typing import TYPE_CHECKING

from pulumi_modelarts.api.choices import refuse_misspelt, without_effect
from pulumi_modelarts.api.errors import ConfigurationError
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.api.sources import Sources
from pulumi_modelarts.handlers import _rpc
from pulumi_modelarts.handlers._options import Options
from pulumi_modelarts.handlers._sessions import Target, session_for
from pulumi_modelarts.reconcilers.guard import Guard

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pulumi import dynamic

    from pulumi_modelarts.reconcilers.session import Session


class Configuration:
    """What the stack, or an explicit provider, says about this package; each thing is read once.

    Args:
        config: As the host hands it over; None when it has handed nothing over.
        environ: The environment; that of the process where none is given.
    """

    def __init__(self, config: dynamic.Config | None, environ: Mapping[str, str] | None = None) -> None:
        self._config = config
        self._environ = os.environ if environ is None else environ

    @property
    def session(self) -> Session:
        """The shared side of the configured project.

        Raises:
            ConfigurationError: Settings are missing or cannot be used; all of them in one error.
        """
        settings, options = self._settings, self.options
        return session_for(Target(settings, options.emulator_clock, options.workers, options.trace))

    @property
    def project_id(self) -> str | None:
        """The configured project; None where that, or anything else about the service, is not known."""
        try:
            return self._settings.project_id
        except ConfigurationError:
            return None

    @cached_property
    def options(self) -> Options:
        """How this package works, wherever the service is.

        Raises:
            ConfigurationError: Settings cannot be used; all of them in one error, missing ones too.
        """
        _, options, usable = self._read
        if not usable:
            _ = self._settings  # which says what is missing besides
        _warn_once(without_effect(self._keys))
        return options

    def guard(self, urn: str) -> Guard:
        """Returns what holds a resource to what whoever starts the run allows.

        Raises:
            ConfigurationError: Settings are missing or cannot be used.
        """
        limits = self.options.limits
        if not limits:
            return Guard()
        session = self.session
        return Guard(limits, session.ledger, urn, session.client.settings.project_id, time.time())

    @property
    def workers(self) -> int:
        """Calls served at once, as far as the setting can be used."""
        return self._read[1].workers

    @property
    def stays(self) -> bool:
        """Whether it holds for later calls too: it can be used, and no file was approved that may say more by then."""
        _, options, _ = self._read
        return isinstance(self._found, Settings) and not options.limits.approved

    @cached_property
    def _read(self) -> tuple[Sources, Options, bool]:
        """The sources, how this package works by them, and whether all of that can be used."""
        sources = Sources(self._setting, self._environ)
        refuse_misspelt(sources, self._keys)
        options = Options.read(sources)
        return sources, options, not sources.faulty

    @cached_property
    def _found(self) -> Settings | Sources:
        """Where the service is and who asks; the sources, which say what is wrong, where that cannot be used."""
        sources = Configuration(self._config, self._environ)._read[0]  # noqa: SLF001 - sources remember what is wrong
        settings = Settings.read(sources)
        return sources if settings is None or sources.faulty else settings

    @property
    def _settings(self) -> Settings:
        """Where the service is and who asks.

        Raises:
            ConfigurationError: Settings are missing or cannot be used; all of them in one error.
        """
        if isinstance(self._found, Sources):
            raise self._found.error()
        return self._found

    @property
    def _keys(self) -> Iterable[str]:
        """All keys that are set, other programs' too; none where the SDK, which has no way to list them, hides them."""
        return list(getattr(self._config, "_props", ()))

    def _setting(self, key: str) -> str | None:
        value = None if self._config is None else self._config.get(key)
        return None if value is None else str(value)


_warned: set[str] = set()
_warned_lock = threading.Lock()


def _warn_once(texts: Iterable[str]) -> None:
    """Warns under the stack, in each process once, however many resources have the same settings."""
    for text in texts:
        with _warned_lock:
            if text in _warned:
                continue
            _warned.add(text)
        _rpc.Call().warn(text)
