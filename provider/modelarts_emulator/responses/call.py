"""One routed request, as the functions that answer it see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

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
            return from_json(self.request.body, allow_inf_nan=False)
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

    def names(self, field: str, most: int | None = None) -> list[str]:
        """List of names in the body under this field.

        Raises:
            ApiError: 400 when it is absent, empty, not a list of strings, names something twice, or is too long.
        """
        document = self.body()
        names = document.get(field) if isinstance(document, dict) else None
        if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
            raise bad_request(f"{field} must be a list of at least one name")
        if len(set(names)) != len(names):
            raise bad_request(f"{field} names a node twice")
        if most is not None and len(names) > most:
            raise bad_request(f"{field} takes at most {most} names")
        return names
