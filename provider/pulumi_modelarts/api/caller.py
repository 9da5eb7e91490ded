"""On whose behalf requests are sent, for whoever writes down what was sent."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _as_it_is(text: str) -> str:
    return text


@dataclass(frozen=True)
class Caller:
    """On whose behalf requests are sent.

    Attributes:
        urn: the resource; empty for none.
        during: what is done to it, such as `update`; empty for nothing in particular.
        mask: takes out of a text what the program keeps secret.
        has_secrets: whether it keeps anything secret, so that no value of what is sent may be shown.
    """

    urn: str = ""
    during: str = ""
    mask: Callable[[str], str] = _as_it_is
    has_secrets: bool = False


NOBODY: Final = Caller()

_current: ContextVar[Caller] = ContextVar("caller", default=NOBODY)


def current_caller() -> Caller:
    """On whose behalf this thread sends; `NOBODY` where nobody has said so."""
    return _current.get()


@contextmanager
def serving(caller: Caller) -> Iterator[None]:
    """Send what this thread sends meanwhile on somebody's behalf."""
    before = _current.set(caller)
    try:
        yield
    finally:
        _current.reset(before)
