"""What becomes of a run that ends before its time: a plain error before it has sent anything, half-done work after."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import CancelledError, HalfDoneError, ModelArtsError, OperationError
from pulumi_modelarts.reconcilers.stopped import stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pulumi_modelarts.reconcilers.watch import Watch


@contextmanager
def keeping_what_is_done(watch: Watch, seen: Callable[[], object]) -> Iterator[None]:
    """Makes the error of a run that has sent something one that keeps what it has done.

    Args:
        watch: What the run waits with, which knows what it has sent.
        seen: Returns what the run saw last.

    Raises:
        HalfDoneError: The run ended, whatever the reason, after the service had accepted something or may have.
        ModelArtsError: It ended before that.
    """
    try:
        yield
    except HalfDoneError:
        raise
    except CancelledError as error:
        sent = watch.writes.accepted
        told = stopped(error, sent=sent)
        raise (_half_done(told, seen()) if sent else told) from error
    except ModelArtsError as error:
        if not watch.writes.accepted:
            raise
        raise _half_done(error, seen()) from error


def _half_done(error: ModelArtsError, seen: object) -> HalfDoneError:
    last = error.last if isinstance(error, OperationError) else ""
    return HalfDoneError(str(error), last=last, seen=seen)
