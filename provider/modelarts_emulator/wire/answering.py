"""What a socket or an httpx client needs of whoever answers: the whole of what this room knows of the emulator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from modelarts_emulator.messages import Request, Response
    from modelarts_emulator.state.clock import Clock


class Handling(Protocol):
    """Answers requests."""

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        ...


class Answering(Handling, Protocol):
    """Answers requests, and has a clock on which an answer can take its time."""

    @property
    def clock(self) -> Clock:
        """Virtual time."""
        ...
