"""What a run says that was stopped on request: where, what goes on without it, and how to go on from there."""

from __future__ import annotations

from pulumi_modelarts.api.errors import CancelledError

GOES_ON = "What the service has accepted goes on there by itself"


def stopped(error: CancelledError, *, sent: bool, goes_on: str = GOES_ON) -> CancelledError:
    """Returns the error of a stopped run, with what is to be done about it.

    Args:
        error: Where it was stopped.
        sent: Whether the service has accepted anything, or may have.
        goes_on: What goes on without the run, where something was sent.
    """
    advice = f"{goes_on}. Run `pulumi up` to go on from there" if sent else "Nothing was sent: run `pulumi up` again"
    return CancelledError(error.what, error.when, advice=advice, last=error.last, seen=error.seen)
