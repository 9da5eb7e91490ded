"""What `modelarts review` does beside its report: it judges by gates, and writes an approval down."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api.wording import number_of
from pulumi_modelarts.cli.review import policy
from pulumi_modelarts.cli.review.approving import NotApprovableError, approval
from pulumi_modelarts.cli.review.gates import Failure, GateError, failures, gate
from pulumi_modelarts.plans.approval import written

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from decimal import Decimal

    from pulumi_modelarts.cli.review.report import Report
    from pulumi_modelarts.plans.approval import Approval

DONE, UNWRITTEN, VIOLATED = 0, 1, 3
"""Exit statuses: nothing stands against it, a file could not be written, a gate fails or nobody can approve this."""

_UNITS: Final[Mapping[str, str]] = {"m": "minutes", "h": "hours", "d": "days"}


class WordsError(Exception):
    """Words of the command line mean nothing; the text says which."""


def judge(report: Report, words: argparse.Namespace, prices: Mapping[str, Decimal] | None) -> tuple[int, list[str]]:
    """Judge a report, and write down its approval where nothing stands against it.

    Args:
        report: What is done.
        words: Of the command line.
        prices: Price of a node for an hour, by flavor; None where there are none.

    Returns:
        Exit status, and lines for people.

    Raises:
        WordsError: A gate, a policy or a time is none.
    """
    now = datetime.now(UTC)
    try:
        gates = [*map(gate, words.fail_on), *(policy.read(Path(words.policy)).at(now) if words.policy else ())]
        lasts = _lasts(words.expires)
    except (policy.PolicyError, GateError, ValueError) as error:
        raise WordsError(str(error)) from error
    if failed := failures(gates, report, prices):
        return VIOLATED, [_told(each) for each in failed]
    if words.approve is None:
        return DONE, []
    return _approve(report, Path(words.approve).absolute(), words.project, now, lasts)


def _approve(report: Report, file: Path, project: str, now: datetime, lasts: timedelta) -> tuple[int, list[str]]:
    """Writes an approval down; returns exit status and lines."""
    try:
        made = approval(report, now, lasts, project)
        _write(file, written(made))
    except NotApprovableError as error:
        return VIOLATED, [f"not approved: {reason}" for reason in error.args]
    except OSError as error:
        return UNWRITTEN, [f"{file} cannot be written: {error.strerror or error}"]
    return DONE, [_approved(file, made)]


def _lasts(text: str) -> timedelta:
    """Returns how long an approval holds.

    Raises:
        ValueError: The text does not say it.
    """
    found = re.fullmatch(r"(\d{1,4})([mhd])", text)
    if found is None or int(found[1]) == 0:
        raise ValueError(f"{text!r} is no time; say 30m, 8h or 2d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _told(failure: Failure) -> str:
    kind = "cannot be judged" if failure.unclear else "fails"
    reason = f" ({failure.gate.reason})" if failure.gate.reason else ""
    return f"gate {failure.gate.text} {kind}: {failure.why}{reason}"


def _approved(file: Path, made: Approval) -> str:
    objects = sum(len(each.objects) for each in made.footprints.values())
    return (
        f"approved until {made.expires:%Y-%m-%d %H:%M} UTC, {number_of(objects, 'object')} of the service: "
        f"MODELARTS_APPROVED={file}"
    )


def _write(file: Path, text: str) -> None:
    """Writes a file whole: nobody reads half of it.

    Raises:
        OSError: It cannot be written.
    """
    part = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
