"""What the nouns need of the client. It stands here, without any noun, so that no module needs itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.api.accepted import Accepted
    from pulumi_modelarts.api.operation import Operation
    from pulumi_modelarts.api.operations import Deadline
    from pulumi_modelarts.api.settings import Settings


class Service(Protocol):
    """ModelArts of one project, as far as it can be asked."""

    @property
    def settings(self) -> Settings:
        """Where it is and who asks."""
        ...

    def request(
        self,
        method: str,
        path: str,
        *,
        operation: Operation,
        attempting: str,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        content_type: str = "application/json",
    ) -> Any:
        """Ask, and return the parsed answer. See `Client.request`."""
        ...

    def write(
        self,
        method: str,
        path: str,
        *,
        operation: Operation,
        attempting: str,
        json: Any = None,
        content_type: str = "application/json",
    ) -> Accepted[Any]:
        """Ask for a change, and return the parsed answer with its request id. See `Client.write`."""
        ...

    def until(self, deadline: Deadline) -> Service:
        """The same, asked with a deadline. See `Client.until`."""
        ...
