"""Armed faults in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from modelarts_emulator.wording import number_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelarts_emulator.trouble import Armed, Fault, Outcome, Throttle

_DROPS = {
    "reset": "resets the connection",
    "close": "closes the connection",
    "truncate": "sends a part of the body and closes",
    "stall": "sends a part of the body and falls silent",
}
_LONGEST = 60
"""Characters that are shown of a document."""

_JOBS = {"stuck": "leaves its job running for ever", "vanished": "hides its job"}


def line(armed: Armed, now: float) -> dict[str, Any]:
    """A rule for the page: what it is for and does, how often it did and will, and the window in which it is active.

    `waits` is how many matching requests it still lets pass, `left` and `until` are None where there is no end.
    """
    fault, begin = armed.fault, armed.armed_at + armed.fault.starts_in
    return {
        "number": armed.number,
        "operation": fault.operation,
        "match": dict(fault.match),
        "scope": fault.scope,
        "does": ", ".join(_effects(fault)),
        "waits": max(0, fault.after - armed.seen),
        "hits": armed.hits,
        "left": armed.left,
        "from": begin,
        "until": None if fault.lasts is None else begin + fault.lasts,
        "active": armed.is_active(now),
    }


def _effects(fault: Fault) -> Iterator[str]:
    """What the rule does."""
    if fault.latency:
        yield f"takes {fault.latency:g} s"
    retry = "" if fault.retry_after is None else f" with Retry-After {fault.retry_after:g}"
    if fault.has_body:
        yield f"answers {fault.status or 200}{retry} with {_shown(fault.body)}"
    elif fault.status is not None:
        yield f"answers {fault.status} {fault.code}{retry}"
    if fault.drop is not None:
        yield _DROPS[fault.drop]
    if fault.cut_json:
        yield "answers a part of the JSON"
    if fault.keep is not None:
        yield f"of which {number_of(fault.keep, 'byte')} arrive{'s' if fault.keep == 1 else ''}"
    if fault.throttle is not None:
        yield _throttle(fault.throttle)
    if fault.outcome is not None:
        yield from _outcome(fault.outcome)
    if fault.when == "after":
        yield "once it has had its effect"


def _shown(body: object) -> str:
    """The beginning of a document."""
    text = to_json(body).decode()
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _throttle(throttle: Throttle) -> str:
    whose = " for each scope" if throttle.per_scope else ""
    return f"lets {number_of(throttle.rate, 'request')} a second through, {throttle.burst} at once{whose}"


def _outcome(outcome: Outcome) -> Iterator[str]:
    """How what the request sets going ends."""
    if outcome.nodes is not None:
        yield f"lets {outcome.nodes} of its nodes succeed ({outcome.reason})"
    if outcome.others == "Abnormal":
        yield "leaves the others Abnormal"
    if outcome.spec == "real":
        yield "sets the counts to what there is"
    if outcome.driver is not None:
        yield f"leaves the driver {outcome.driver}"
    if outcome.network is not None:
        yield f"makes the network {outcome.network}"
    if outcome.order is not None:
        yield "leaves its order processing for ever"
    if outcome.job is not None:
        yield _JOBS[outcome.job]
