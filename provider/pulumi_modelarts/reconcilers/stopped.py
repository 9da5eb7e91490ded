"""What a run says that was stopped on request: where, what goes on without it, and how to go on from there."""

from __future__ import annotations

from pulumi_modelarts.api.errors import CancelledError

GOES_ON = "What the service has accepted goes on there by itself"
DELETION_GOES_ON = "The deletion goes on by itself. Run the same command again to see it to its end"


def stopped(error: CancelledError, *, sent: bool, goes_on: str = GOES_ON) -> CancelledError:
    """Returns the error of a stopped run, with what is to be done about it.

    Args:
        error: Where it was stopped.
        sent: Whether the service has accepted anything, or may have.
        goes_on: What goes on without the run, where something was sent.
    """
    return _advised(
        error, f"{goes_on}. Run `pulumi up` to go on from there" if sent else "Nothing was sent: run `pulumi up` again"
    )


def stopped_deletion(error: CancelledError, *, sent: bool) -> CancelledError:
    """Returns the error of a stopped deletion, which any command may have asked for.

    Args:
        error: Where it was stopped.
        sent: Whether the service has accepted it, or may have.
    """
    return _advised(error, DELETION_GOES_ON if sent else "Nothing was sent: run the same command again")


def _advised(error: CancelledError, advice: str) -> CancelledError:
    return CancelledError(error.what, error.when, advice=advice, last=error.last, seen=error.seen)
