"""Every error a user of this project can meet.

    ModelArtsError
    ├── ConfigurationError              settings that are missing or cannot be used
    ├── TransportError                  no usable answer: connection, timeout, an answer that is not JSON
    ├── UnreadableError                 an answer arrived and was not understood
    ├── ApiError                        the service answered no: status, code, message, request id
    │   ├── BadRequestError             400
    │   ├── AuthenticationError         401
    │   ├── PermissionDeniedError       403
    │   ├── NotFoundError               404, said by ModelArts about an object
    │   ├── ConflictError               409
    │   ├── UnsupportedMediaTypeError   415
    │   ├── ThrottledError              429
    │   └── ServerError                 5xx
    ├── OperationError                  something accepted did not come true
    │   ├── OperationFailed             the service says that it failed
    │   ├── OperationTimeout            the deadline passed first
    │   ├── CancelledError              a stop was requested first
    │   └── HalfDoneError               a run ended, whatever the reason, after it had sent something
    └── RefusedError                    we decline: it would do more than the preview named, or break a promise

A message reads: what was attempted and on what, what the service said, `(code, request id)`, what to do next.

What is not wrapped: mistakes in this program itself (`TypeError`, `KeyError`, …), which should look like what they are.

A 404 has two meanings. Only ModelArts itself can say that an object is gone (`NotFoundError`); a 404 of the gateway,
or of anything else that answers at that address, says that the address is wrong, and stays a plain `ApiError`:
whoever took it for "gone" would forget a pool that is there.

This module needs nothing but Python: programs import it, and should load neither an HTTP library nor pydantic for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pulumi_modelarts.api.operation import Operation


class ModelArtsError(Exception):
    """Any error of this project.

    Pulumi prints the type of an exception with its module, except for built-in ones. The module is therefore given as
    `builtins`, here and in every subclass, and a report reads `ModelArtsError: …` instead of an import path.
    """

    __module__ = "builtins"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Give every subclass the same module."""
        super().__init_subclass__(**kwargs)
        cls.__module__ = "builtins"

    @property
    def brief(self) -> str:
        """The message without what to do next, to stand inside another one that says so itself."""
        return str(self)


class ConfigurationError(ModelArtsError):
    """Settings are missing or cannot be used; the message lists every key looked for and the remedy."""


class TransportError(ModelArtsError):
    """No usable answer came back.

    Args:
        attempting: what was attempted, and on what.
        reason: what went wrong on the way.
        may_have_arrived: whether the service may have acted on the request.
        fate: what became of the request, where that is more than `may_have_arrived` says; empty for the usual words.

    Attributes:
        reason: what went wrong on the way.
        may_have_arrived: whether the service may have acted on the request.
    """

    def __init__(self, attempting: str, reason: str, *, may_have_arrived: bool, fate: str = "") -> None:
        self.reason = reason
        self.may_have_arrived = may_have_arrived
        if not fate:
            fate = "the service may have acted on it" if may_have_arrived else "the request did not reach the service"
        super().__init__(f"{attempting}: no usable answer, {fate}: {reason}")


class UnreadableError(ModelArtsError):
    """An answer arrived and was not understood: it lacks what it must have, or contradicts itself.

    It is never read as "none", nothing is written on the strength of it, and waiting does not mend it.

    Args:
        attempting: what was attempted, and on what.
        place: where in the answer, such as `items[3].metadata.name`; empty for the whole of it.
        found: what is there, and what should be; never a value that may be a secret.
        accepted: whether the request asked for a change, which the answer has accepted.
        request_id: what to quote to the service's support; empty where it is not known.

    Attributes:
        attempting: what was attempted, and on what.
        place: where in the answer; empty for the whole of it.
        found: what is there, and what should be.
        request_id: what to quote to the service's support; empty where it is not known.
        may_have_arrived: True, as of a `TransportError` that may have arrived: a request that was answered has been
            acted on, or may have been.
    """

    may_have_arrived = True

    def __init__(
        self, attempting: str, place: str, found: str, *, accepted: bool = False, request_id: str = ""
    ) -> None:
        self.attempting, self.place, self.found, self.request_id = attempting, place, found, request_id
        fate = ", and what was asked for may have taken effect" if accepted else ""
        where = f"at {place}: {found}" if place else found
        where += f" (request {request_id})" if request_id else ""
        super().__init__(
            f"{attempting}: the answer was not understood{fate}: {where}. The service answered something that its API "
            "pages do not describe: run the same command again; if it persists, report it with this message."
        )


class ApiError(ModelArtsError):
    """The service answered, and the answer is no.

    Attributes:
        attempting: what was attempted, and on what.
        status: the HTTP status.
        code: the service's error code such as `ModelArts.50015001`; empty when it gave none.
        message: what the service said, in its own words.
        request_id: what to quote to the service's support; empty when it gave none.
        remedy: what to do next; each subclass has its own.
        operation: which operation of the service it was; None where that is not known.
    """

    remedy = "Run the same command again; if it persists, give this message to the service's support."

    def __init__(
        self,
        attempting: str,
        *,
        status: int,
        code: str = "",
        message: str = "",
        request_id: str = "",
        remedy: str | None = None,
        operation: Operation | None = None,
    ) -> None:
        self.attempting, self.status = attempting, status
        self.code, self.message, self.request_id = code, message, request_id
        self.operation = operation
        if remedy is not None:
            self.remedy = remedy
        super().__init__(f"{self.brief}. {self.remedy}".rstrip())

    @property
    def out_of_reach(self) -> bool:
        """Whether this caller cannot ask this at all: it is not allowed, or nothing serves the address.

        It says nothing about whether an object exists.
        """
        return isinstance(self, PermissionDeniedError) or is_unserved(type(self), self.status)

    @property
    def brief(self) -> str:
        """What was attempted, and what the service said."""
        return f"{self.attempting}: {self.said}"

    @property
    def said(self) -> str:
        """What the service said, and what to quote to its support: `(code, request id)`."""
        reference = self.code or f"HTTP {self.status}"
        if self.request_id:
            reference += f", request {self.request_id}"
        return f"{self.message.rstrip('. ') or 'the service gave no reason'} ({reference})"


class BadRequestError(ApiError):
    """400: the service does not accept what it was sent."""

    remedy = "Correct what the service names; if nothing in your program says that, report it with this message."


class AuthenticationError(ApiError):
    """401: the credentials are wrong, expired, or of another region."""

    remedy = "Check the credentials and that they belong to this region and project."


class PermissionDeniedError(ApiError):
    """403: the credentials are right, and not allowed to do this. What to grant comes with the operation."""

    remedy = ""


class NotFoundError(ApiError):
    """404 of ModelArts itself: the object does not exist."""

    remedy = "Check its name, and the region and project; take what has been deleted out of the program."


class ConflictError(ApiError):
    """409: it exists already, or something else is changing it."""

    remedy = "Wait until what is under way has finished, then run the same command again."


class UnsupportedMediaTypeError(ApiError):
    """415: the service does not take this kind of content."""

    remedy = "This is a defect of pulumi-modelarts: report it with this message."


class ThrottledError(ApiError):
    """429: too many requests, and it stayed so until patience ended."""

    remedy = "Run the same command again later, or with a lower `--parallel`."


class ServerError(ApiError):
    """5xx: the service could not answer."""

    remedy = "Run the same command again; if it persists, give the request id to the service's support."


class OperationError(ModelArtsError):
    """Something the service accepted did not come true.

    Attributes:
        last: what was last seen of it, in a few words.
        seen: the object that was last seen of it; None when none was.
    """

    def __init__(self, message: str, *, last: str, seen: object | None = None) -> None:
        self.last = last
        self.seen = seen
        super().__init__(message)


class OperationFailed(OperationError):  # noqa: N818 - the outcome is the name
    """The service says that it failed."""

    def __init__(self, what: str, reason: str, *, last: str, seen: object | None = None) -> None:
        note = f" (last seen: {last})" if last and last not in reason else ""
        super().__init__(f"{what}{note}: {reason}", last=last, seen=seen)


class OperationTimeout(OperationError):  # noqa: N818 - the outcome is the name
    """The deadline passed first; what was started may still finish.

    Attributes:
        waited: seconds.
    """

    def __init__(self, what: str, *, last: str, waited: float, seen: object | None = None) -> None:
        self.waited = waited
        super().__init__(
            f"{what}: not finished after {waited:.0f} s; last seen: {last or 'nothing'}. It may still finish: run the "
            "same command again, and raise `custom_timeouts` if it regularly takes longer.",
            last=last,
            seen=seen,
        )


class CancelledError(OperationError):
    """A stop was requested first (Ctrl-C, say); what the service has accepted goes on there by itself.

    Args:
        what: what was attempted, and on what.
        when: at what point it was stopped; empty for what was seen last.
        advice: what goes on, and what to do next; empty where whoever catches it knows better.
        last: what was last seen of it, in a few words.
        seen: the object that was last seen of it; None when none was.

    Attributes:
        what: as given.
        when: at what point it was stopped.
    """

    def __init__(
        self, what: str, when: str = "", *, advice: str = "", last: str = "", seen: object | None = None
    ) -> None:
        self.what = what
        self.when = when or (f"at {last}" if last else "")
        stopped = f"{what}: stopped {self.when}".rstrip()
        super().__init__(f"{stopped}. {advice}" if advice else stopped, last=last, seen=seen)


class HalfDoneError(OperationError):
    """A run ended after the service had accepted something, or may have: its resource exists, and is not as declared.

    The next run of the same command finishes it.
    """


class RefusedError(ModelArtsError):
    """We decline: it would do more than the preview named, or break a promise."""


def is_unserved(kind: type[ApiError], status: int) -> bool:
    """Whether an answer says that nothing serves the address, and not that an object is missing."""
    return kind is ApiError and status == 404  # noqa: PLR2004 - an HTTP status is its own name
