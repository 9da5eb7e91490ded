"""What every provider does alike: hand each call of the engine to its handler.

A provider object is pickled into the state as module path and class name, so it holds nothing but the configuration
that `configure` hands it. A program makes one for each resource and calls none of its methods; the dynamic host does,
and only there is what acts loaded: HTTP, parsing, plans and reconcilers.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from pulumi import dynamic

if TYPE_CHECKING:
    from pulumi_modelarts.handlers._configuration import Configuration
    from pulumi_modelarts.handlers._handler import Handler


class Provider(dynamic.ResourceProvider):
    """Base of the providers."""

    serialize_as_secret_always = False

    _config: dynamic.Config | None = None
    _known: Configuration | None = None

    def __getstate__(self) -> None:
        """Keeps everything out of the pickle but the class's name, credentials above all."""

    @abstractmethod
    def handler(self) -> Handler[Any]:
        """Returns what handles a call; each provider loads its own."""

    @property
    def configuration(self) -> Configuration:
        """What the stack or an explicit provider says."""
        from pulumi_modelarts.handlers._configuration import Configuration  # noqa: PLC0415 - only the host needs it

        if self._known is None or not self._known.stays:
            self._known = Configuration(self._config)
        return self._known

    def configure(self, req: dynamic.ConfigureRequest) -> None:
        """Keeps the configuration; called once, under a lock of the host, so nothing is read or opened here.

        What is wrong with it is said by the calls that follow.
        """
        from pulumi_modelarts.handlers import _host  # noqa: PLC0415 - only the host needs it

        _host.quiet_errors()
        _host.end_with_engine()
        _host.hear_cancel()
        self._config = req.config
        self._known = None
        _host.lift_workers(self.configuration.workers)

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> dynamic.CheckResult:
        """Validates the inputs, and fills in what this run will do to the service."""
        return self.handler().check(olds, news)

    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> dynamic.DiffResult:
        """Says whether anything changes."""
        return self.handler().diff(id_, olds, news)

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Makes the declaration true for the first time."""
        return self.handler().create(props)

    def read(self, id_: str, props: dict[str, Any]) -> dynamic.ReadResult:
        """Reads what is true."""
        return self.handler().read(id_, props)

    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> dynamic.UpdateResult:
        """Makes a changed declaration true."""
        return self.handler().update(id_, olds, news)

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Stops managing what was declared."""
        self.handler().delete(id_, props)
