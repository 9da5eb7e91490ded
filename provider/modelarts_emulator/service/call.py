"""One routed request, as the functions that answer it see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from modelarts_emulator.messages import MERGE_PATCH
from modelarts_emulator.service.exceptions import bad_request, unsupported_content_type
from modelarts_emulator.service.preconditions import unmet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelarts_emulator.messages import Request
    from modelarts_emulator.service.contract import Contract
    from modelarts_emulator.service.models.tenant import Tenant


class Call(NamedTuple):
    """A request with its route resolved, inside a transaction.

    Attributes:
        contract: Shapes of the operation.
        request: The request.
        parameters: Path parameters by name.
        tenant: The project it is about.
    """

    contract: Contract
    request: Request
    parameters: Mapping[str, str]
    tenant: Tenant

    def body(self) -> Any:
        """Parsed JSON body in the shape that the operation's contract demands.

        Raises:
            ApiError: 415 for another content type, 400 for a body that is not JSON or has another shape.
        """
        return self.shaped(self.json())

    def json(self) -> Any:
        """Parsed JSON body in any shape.

        Raises:
            ApiError: 415 for another content type, 400 for a body that is not JSON.
        """
        media_type = self.contract.media_type
        if self.request.content_type != media_type:
            raise unsupported_content_type(self.request.content_type, media_type)
        try:
            return self.request.json()
        except ValueError as error:
            raise bad_request("the body is not valid JSON") from error

    def shaped(self, document: Any) -> Any:
        """The document in the shape that the operation's contract demands of a body, without further and empty fields.

        Raises:
            ApiError: 400 with the first thing that is wrong.
        """
        from modelarts_emulator.service.shape import ShapeError, accept  # noqa: PLC0415 - most runs of a provider send no body

        try:
            return accept(self.contract.shape("body"), document, merges=self.contract.media_type == MERGE_PATCH)
        except ShapeError as error:
            raise bad_request(str(error)) from error

    def integer(self, name: str, default: int, most: int) -> int:
        """Query parameter as a number from 0 to `most`; empty and 0 mean the default (documented: ListOrders).

        Raises:
            ApiError: 400 when it is not such a number.
        """
        text = self.request.query.get(name, "")
        if not text:
            return default
        if not text.isdecimal() or not text.isascii() or int(text) > most:
            raise bad_request(f"{name} must be a number from 0 to {most}")
        return int(text) or default

    def moment(self, name: str, default: float) -> float:
        """Query parameter that is a time in milliseconds since 1970, in seconds.

        Raises:
            ApiError: 400 when it is not such a time.
        """
        text = self.request.query.get(name, "")
        if not text:
            return default
        if not text.isdecimal() or not text.isascii():
            raise bad_request(f"{name} must be a time in milliseconds")
        return int(text) / 1000


def distinct(names: list[str], field: str) -> list[str]:
    """Names of a body, none of which stands twice.

    Raises:
        ApiError: 400 when one does.
    """
    if len(set(names)) != len(names):
        raise unmet("distinct_nodes", f"{field} names a node twice")
    return names
