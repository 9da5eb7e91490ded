"""A request from the first try to the end, as its caller sees it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.api.retry import METHODS, Repeated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TypeAlias

    import httpx

    from pulumi_modelarts.api.clock import Clock
    from pulumi_modelarts.api.errors import ModelArtsError
    from pulumi_modelarts.api.operation import Operation
    from pulumi_modelarts.api.outcomes import Answer, Lost

    Outcome: TypeAlias = Answer | Lost | ModelArtsError | None
    """What the caller of a request gets; None where neither an outcome nor an error was reached."""


@dataclass(frozen=True)
class Call:
    """A request that is not built yet.

    Attributes:
        method: HTTP method.
        url: address and query.
        operation: which operation of the service this is.
        attempting: what this is, in words that can begin an error message.
        content: the body; None for none.
        headers: beside those of every request.
    """

    method: str
    url: str
    operation: Operation
    attempting: str
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def repeated(self) -> Repeated:
        """What it changes when it is sent a second time."""
        if self.operation.only_reads:
            return Repeated.NOTHING_AT_ALL
        if self.operation.idempotent:
            return Repeated.NOTHING_MORE
        return METHODS.get(self.method, Repeated.MORE)

    @property
    def changes(self) -> bool:
        """Whether it asks for a change, so that its answer must be looked at."""
        return self.repeated is not Repeated.NOTHING_AT_ALL


@dataclass
class Try:
    """Sending a request once.

    Attributes:
        request: what was sent.
        after: seconds between the beginning of the exchange and this.
        seconds: until it ended.
        outcome: what came of it; None where it was given up.
    """

    request: httpx.Request
    after: float
    seconds: float = 0.0
    outcome: Answer | Lost | None = None


@dataclass
class Exchange:
    """A request from the first try to the end.

    Attributes:
        call: the request.
        at: when it began, in seconds since 1970.
        began: when it began, in the clock's monotonic seconds.
        tries: each time that it was sent; none where it could not be signed, or was stopped before.
        seconds: until it ended, pauses included.
        end: what its caller got, an outcome or an error; None where neither was reached.
    """

    call: Call
    at: float
    began: float
    tries: list[Try] = field(default_factory=list)
    seconds: float = 0.0
    end: Outcome = None

    @contextmanager
    def trying(self, request: httpx.Request, clock: Clock) -> Iterator[Try]:
        """Send it once; whoever sends notes the outcome."""
        began = clock.monotonic()
        one = Try(request, began - self.began)
        self.tries.append(one)
        try:
            yield one
        finally:
            one.seconds = clock.monotonic() - began
