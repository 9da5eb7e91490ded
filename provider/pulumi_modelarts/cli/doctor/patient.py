"""Who is looked at: settings, and the service that they lead to, asked with patience and never twice the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast
from urllib.parse import urlsplit

from pulumi_modelarts.api import choices, embedded
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.connections import Network
from pulumi_modelarts.api.credentials import Password
from pulumi_modelarts.api.errors import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    ModelArtsError,
    TransportError,
    UnreadableError,
)
from pulumi_modelarts.api.operations import Deadline
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.api.sources import Sources
from pulumi_modelarts.api.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_modelarts.api.client import ModelArts
    from pulumi_modelarts.api.clock import Clock
    from pulumi_modelarts.api.witness import Sight, Transport
    from pulumi_modelarts.cli.given import Given
    from pulumi_modelarts.cli.names import Names

T = TypeVar("T")

PATIENCE: Final = 20.0
"""Seconds for which one question is asked, and asked again."""

CONNECTIONS: Final = 4


class NotAskedError(ModelArtsError):
    """A question that would have been in vain; says why."""


@dataclass(frozen=True)
class Reply(Generic[T]):
    """What came of a question.

    Attributes:
        value: the answer; None where there is none.
        error: why there is none.
    """

    value: T | None = None
    error: ModelArtsError | None = None


class Patient:
    """Settings and the service that they lead to.

    Args:
        given: what somebody has set.
        names: shows names, or what stands for them.
        clock: measures and sleeps.
        transport: leads to the service in place of the network or the embedded emulator; None for these.

    Attributes:
        given: as given.
        names: as given.
        clock: as given.
        sources: where the settings were looked for, and what is wrong with them.
        settings: the settings; None where some are missing or cannot be used.
        world: what the embedded emulator is asked about, in words; empty where it is not asked.
    """

    def __init__(self, given: Given, names: Names, clock: Clock, *, transport: Transport | None = None) -> None:
        self.given = given
        self.names = names
        self.clock = clock
        self.world = ""
        self.sources = Sources(given.lookup, given.environ)
        choices.refuse_misspelt(self.sources, given.keys)
        choices.refuse_unusable(self.sources)
        settings = Settings.read(self.sources)
        self.settings = None if self.sources.faulty else settings
        self._transport = transport
        self._know()
        self._witness: Witness | None = None
        self._client: Client | None = None
        self._in_vain: NotAskedError | None = None
        self._replies: dict[str, Reply[Any]] = {}

    def _know(self) -> None:
        """Learn whatever is private of the settings, so that it is known wherever it turns up."""
        if self.settings is None:
            return
        self.names.label("project", self.settings.project_id)
        for file in (self.settings.emulator_file, self.settings.trust and self.settings.trust.path):
            if file:
                self.names.path(file)
        for address in (self.settings.endpoint, self.settings.iam_endpoint):
            self.names.address(address)
            proxy = self.settings.proxies.of(address)
            if proxy is not None and not proxy.problem:
                self.names.proxy(proxy)
        if isinstance(self.settings.credentials, Password):
            self.names.label("user", self.settings.credentials.user)
            self.names.label("domain", self.settings.credentials.domain)

    def ask(self, what: str, question: Callable[[ModelArts], T]) -> Reply[T]:
        """Ask the service, once for each `what`; not at all where the first question has shown that it is in vain."""
        if what not in self._replies:
            self._replies[what] = self._asked(question)
        return cast("Reply[T]", self._replies[what])

    @property
    def in_vain(self) -> str:
        """Why nothing more is asked, as the first question has shown; empty where the service can be asked."""
        return "" if self._in_vain is None else str(self._in_vain)

    def sight(self, address: str) -> Sight | None:
        """What was seen of the first answer from an address; None where none has come."""
        return None if self._witness is None else self._witness.first(urlsplit(address).hostname or "")

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()

    def _asked(self, question: Callable[[ModelArts], T]) -> Reply[T]:
        if self._in_vain is not None:
            return Reply(error=self._in_vain)
        try:
            client = self._opened()
            return Reply(question(client.until(Deadline.after(PATIENCE, self.clock))))
        except ModelArtsError as error:
            if not self._replies:
                self._in_vain = self._why_in_vain(error)
            return Reply(error=error)

    def _why_in_vain(self, error: ModelArtsError) -> NotAskedError | None:
        """Why nothing else need be asked after an error of the first question; None where it need."""
        if isinstance(error, ConfigurationError | NotAskedError):
            return NotAskedError("not asked: settings are missing or cannot be used")
        if isinstance(error, AuthenticationError):
            return NotAskedError("not asked: who asks is not let in")
        if isinstance(error, TransportError) and self.settings and self.sight(self.settings.endpoint) is None:
            return NotAskedError("not asked: the service cannot be reached")
        return None

    def _opened(self) -> Client:
        if self._client is None:
            if self.settings is None:
                raise NotAskedError("not asked: settings are missing or cannot be used")
            self._witness = Witness(self._ways(self.settings), self.clock)
            self._client = Client(self.settings, transport=self._witness, clock=self.clock)
        return self._client

    def _ways(self, settings: Settings) -> dict[str, Transport]:
        """The ways to ModelArts and IAM, each with the proxy that leads there; one of IAM only where it can be used."""
        if self._transport is not None:
            return {"": self._transport}
        if settings.emulator_file is not None:
            return {"": self._embedded(settings.emulator_file)}
        ways: dict[str, Transport] = {"": Network(settings, CONNECTIONS)}
        proxy = settings.proxies.of(settings.iam_endpoint)
        if proxy is None or not proxy.problem:
            to_iam = replace(settings, endpoint=settings.iam_endpoint)
            ways |= {urlsplit(settings.iam_endpoint).hostname or "": Network(to_iam, CONNECTIONS)}
        return ways

    def _embedded(self, file: str) -> Transport:
        """The way to the embedded emulator. A world that does not exist is not made: it is looked at in memory."""
        if Path(file).exists():
            emulator = embedded.opened(file, choices.clock(self.sources))
            self.world = f"the world of {self.names.path(file)}"
        else:
            emulator = embedded.in_memory()
            self.world = f"the documented world, in memory, as {self.names.path(file)} does not exist yet"
        return emulator.transport()

    def said(self, error: ModelArtsError | None) -> str:
        """Why there is no answer, without what is private in it."""
        match error:
            case None:
                return ""
            case ApiError():
                reference = f"HTTP {error.status}"
                reference += f" {error.code}" if error.code else ""
                reference += f", request {error.request_id}" if error.request_id else ""
                return f"{error.message} ({reference})" if self.names.shown and error.message else reference
            case UnreadableError():
                where = f" at {error.place}" if error.place else ""
                return self.names.foreign(f"the answer was not understood{where}: {error.found}")
            case TransportError():
                return self.names.foreign(error.reason)
            case _:
                return self.names.foreign(str(error))
