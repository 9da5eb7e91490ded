"""Where cases are run: an emulator, in this process or another one, or the service itself."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from modelarts_emulator.messages import CONTROL, JSON, Request
from modelarts_emulator.worlds.documented import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelarts_emulator.manifest.case import Who
    from modelarts_emulator.messages import Response


class EndpointError(Exception):
    """The endpoint cannot be asked at all: it does not answer, or does not let the caller in."""


class ArrangementError(Exception):
    """An emulator refuses to be arranged for a case."""


@dataclass(frozen=True)
class Endpoint:
    """Somewhere that answers as ModelArts does.

    Attributes:
        send: Sends a request as somebody, and returns what comes back.
        sleep: Waits so many wall seconds.
        project: Id of the project.
        region: Region that the project is in.
        is_emulator: Whether it has a control API, and may be arranged.
        verifies: Whether it looks at who asks; the service does.
        has_key: Whether the caller signs with an access key, which can be forged.
    """

    send: Callable[[Request, Who], Response]
    sleep: Callable[[float], object]
    project: str = PROJECT
    region: str = "cn-north-4"
    is_emulator: bool = False
    verifies: bool = True
    has_key: bool = True

    def control(self, method: str, path: str, document: Any = None) -> Any:
        """Do something with an emulator's control API, and return what it says.

        Raises:
            ArrangementError: It refuses.
        """
        body = b"" if document is None else to_json(document)
        response = self.send(Request(method, f"{CONTROL}/{path}", {"content-type": JSON}, body), "nobody")
        if response.status != HTTPStatus.OK:
            raise ArrangementError(
                f"{method} {CONTROL}/{path}: {response.status} {response.body.decode(errors='replace')}"
            )
        return response.json()
