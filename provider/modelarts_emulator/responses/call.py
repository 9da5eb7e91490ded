"""One routed request, as the functions that answer it see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modelarts_emulator.exceptions import bad_request, unsupported_content_type
from modelarts_emulator.messages import JSON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelarts_emulator.messages import Request
    from modelarts_emulator.models.tenant import Tenant


@dataclass(frozen=True)
class Call:
    """A request with its route resolved, inside a transaction.

    Attributes:
        request: The request.
        parameters: Path parameters by name.
        tenant: The project it is about.
    """

    request: Request
    parameters: Mapping[str, str]
    tenant: Tenant

    def body(self, media_type: str = JSON) -> Any:
        """Parsed JSON body.

        Args:
            media_type: Content type that the operation insists on.

        Raises:
            ApiError: 415 for another content type, 400 for a body that is not JSON.
        """
        if self.request.content_type != media_type:
            raise unsupported_content_type(self.request.content_type, media_type)
        try:
            return self.request.json()
        except ValueError as error:
            raise bad_request("the body is not valid JSON") from error

    def integer(self, name: str, default: int, most: int) -> int:
        """Query parameter as a number from 0 to `most`; empty and 0 mean the default (documented: ListOrders).

        Raises:
            ApiError: 400 when it is not such a number.
        """
        text = self.request.query.get(name, "")
        if not text:
            return default
        if not text.isdecimal() or int(text) > most:
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
        if not text.isdecimal():
            raise bad_request(f"{name} must be a time in milliseconds")
        return int(text) / 1000

    def names(self, field: str, most: int | None = None) -> list[str]:
        """List of names in the body under this field.

        Raises:
            ApiError: 400 when it is absent, empty, not a list of strings, names something twice, or is too long.
        """
        document = self.body()
        return checked_names(document.get(field) if isinstance(document, dict) else None, field, most)


def checked_names(names: Any, field: str, most: int | None = None) -> list[str]:
    """List of names that a body gives under this field.

    Raises:
        ApiError: 400 when it is no such list.
    """
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
        raise bad_request(f"{field} must be a list of at least one name")
    if len(set(names)) != len(names):
        raise bad_request(f"{field} names a node twice")
    if most is not None and len(names) > most:
        raise bad_request(f"{field} takes at most {most} names")
    return names
