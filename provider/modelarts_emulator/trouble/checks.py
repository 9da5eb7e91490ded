"""Rules that can never fire, or would do nothing, are refused when they are armed, so that no test rests on one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import from_json, to_json

from modelarts_emulator.trouble.endings import DECIDED_BY
from modelarts_emulator.trouble.fault import EVERY
from modelarts_emulator.trouble.shape import check_shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelarts_emulator.trouble.fault import Fault, Outcome, Throttle
    from modelarts_emulator.trouble.target import Target

EFFECTS = ("status", "body", "latency", "drop", "cut_json", "outcome", "throttle")
"""Fields that make something happen."""

OUTCOMES = ("nodes", "driver", "job", "order", "network")
"""Fields of an outcome that decide something; the others say more about it."""

MOST_REQUESTS = 1_000_000_000
"""That a rule may count: more than any test sends, and few enough for any store."""

ERROR_STATUSES = range(400, 600)
STATUSES_WITH_A_BODY = (*range(200, 204), *range(206, 300), *ERROR_STATUSES)


def check(fault: Fault, operations: Mapping[str, Target]) -> None:
    """Refuse a rule that can never fire or has no effect.

    Args:
        fault: The rule.
        operations: What it can be armed for, by operation id.

    Raises:
        ValueError: With what is wrong, and what is possible.
    """
    check_shape("", fault)
    _check_target(fault, operations)
    _check_counts(fault)
    _check_body(fault)
    _check_effects(fault)
    if fault.outcome is not None:
        _check_outcome(fault.operation, fault.outcome, operations)
    if fault.throttle is not None:
        _check_throttle(fault, fault.throttle)


def _check_target(fault: Fault, operations: Mapping[str, Target]) -> None:
    known = {name: operation.matched_by for name, operation in operations.items()}
    known[EVERY] = frozenset().union(*known.values())
    if fault.operation not in known:
        raise ValueError(f"unknown operation {fault.operation!r}: use one of {', '.join(sorted(known))}")
    parameters = known[fault.operation]
    for name in fault.match:
        if name not in parameters:
            possible = f"use {', '.join(sorted(parameters))}" if parameters else "it has no path parameters"
            raise ValueError(f"{fault.operation} cannot be matched by {name!r}: {possible}")


def _check_counts(fault: Fault) -> None:
    if (fault.times is not None and fault.times < 1) or fault.after < 0:
        raise ValueError("times must be at least 1 and after at least 0")
    if max(fault.times or 0, fault.after) > MOST_REQUESTS:
        raise ValueError(f"times and after must be at most {MOST_REQUESTS}")
    if fault.starts_in < 0 or (fault.lasts is not None and fault.lasts <= 0):
        raise ValueError("starts_in must be at least 0 and lasts above 0, in virtual seconds")
    if fault.latency < 0 or (fault.retry_after or 0) < 0 or (fault.keep or 0) < 0:
        raise ValueError("latency, retry_after and keep must be at least 0")
    if fault.status is not None and fault.status not in ERROR_STATUSES and not fault.has_body:
        raise ValueError(f"status {fault.status} is no error: use one from 400 to 599")


def _check_body(fault: Fault) -> None:
    if not fault.has_body:
        return
    try:
        plain = from_json(to_json(fault.body))
    except ValueError as error:
        raise ValueError(f"body: {fault.body!r} is nothing that JSON can say: {error}") from error
    if plain != fault.body:
        raise ValueError(f"body: {fault.body!r} is nothing that JSON can say: it would arrive as {plain!r}")
    if fault.status is not None and fault.status not in STATUSES_WITH_A_BODY:
        raise ValueError(f"status {fault.status} has no body of JSON: use one from 200 to 203, 206 to 299 or an error")


def _check_effects(fault: Fault) -> None:
    effects = [name for name in EFFECTS if (fault.has_body if name == "body" else getattr(fault, name))]
    if not effects:
        raise ValueError(f"a fault needs one of {', '.join(EFFECTS)}")
    for alone in ("outcome", "throttle"):
        if alone in effects and len(effects) > 1:
            raise ValueError(f"arm {alone} and {effects[effects[0] == alone]} as two faults, so that each is counted")
    if fault.retry_after is not None and fault.status is None:
        raise ValueError("retry_after is a header of an error: it needs a status")
    if fault.keep is not None and fault.drop not in {"truncate", "stall"} and not fault.cut_json:
        raise ValueError("keep is about a part of an answer: it needs drop truncate or stall, or cut_json")


def _check_outcome(operation: str, outcome: Outcome, operations: Mapping[str, Target]) -> None:
    kinds = [kind for kind in DECIDED_BY if operation == EVERY or kind in operations[operation].sets_going]
    possible = {name for kind in kinds for name in DECIDED_BY[kind]}
    decided = [name for name in OUTCOMES if getattr(outcome, name) is not None]
    if not possible:
        others = ", ".join(name for name in operations if operations[name].sets_going)
        raise ValueError(f"{operation} sets nothing going that has an outcome: {others} do")
    if not decided:
        raise ValueError(f"an outcome needs one of {', '.join(OUTCOMES)}")
    for name in decided:
        if name not in possible:
            raise ValueError(f"{operation} cannot have an outcome.{name}: use {', '.join(sorted(possible))}")
    if "driver" in decided and len(decided) > 1:
        raise ValueError("arm the outcome of a driver upgrade as a fault of its own, so that each is counted")
    if outcome.nodes is not None and outcome.nodes < 0:
        raise ValueError("outcome.nodes must be at least 0")
    if (outcome.others != "vanish" or outcome.spec != "wanted") and not (
        "order" in kinds and outcome.nodes is not None
    ):
        raise ValueError(
            "outcome.others and outcome.spec are about an order: they need nodes, and an operation that orders"
        )
    if outcome.order == "stuck" and (outcome.others != "vanish" or outcome.spec != "wanted"):
        raise ValueError("a stuck order has no end at which others or spec could count: leave them out")


def _check_throttle(fault: Fault, throttle: Throttle) -> None:
    if throttle.rate <= 0 or throttle.burst < 1:
        raise ValueError("throttle.rate must be above 0 and throttle.burst at least 1")
    if fault.times not in {1, None}:
        raise ValueError("a throttle refuses whatever finds its bucket empty: leave times out")
    if fault.when == "after":
        raise ValueError("a throttle refuses requests before they are processed: leave when out")
