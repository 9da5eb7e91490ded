"""What came of cases: a score by operation and by how they are known, and what is otherwise than they say."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, get_args

from modelarts_emulator.manifest.case import PROVENANCES
from modelarts_emulator.manifest.reading import steps_of
from modelarts_emulator.manifest.running import Result
from modelarts_emulator.service.urls import resolve
from modelarts_emulator.wording import number_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from modelarts_emulator.manifest.case import Case
    from modelarts_emulator.manifest.running import Verdict
    from modelarts_emulator.service.operation import Operation

RESULTS: tuple[Result, ...] = get_args(Result)
NO_OPERATION = "no operation"


def operation_of(case: Case) -> str:
    """Id of the operation that a case is about: the one it names, that of its first change, or of its last question."""
    if case.of:
        return case.of
    asked = [found for step in case.steps if (found := operation_asked(step.ask)) is not None]
    changing = [found for found in asked if not found.reads]
    return changing[0].name if changing else asked[-1].name if asked else NO_OPERATION


def operation_asked(ask: str) -> Operation | None:
    """The operation that a step asks for; None where it asks for none that is served."""
    method, _, target = ask.partition(" ")
    found = resolve(method, target.partition("?")[0])
    return found[0] if found else None


def asked_by(case: Case) -> set[str]:
    """Ids of all operations that a case asks for."""
    return {found.name for step in steps_of(case) if (found := operation_asked(step.ask)) is not None}


def by(verdicts: Sequence[Verdict], key: Callable[[Case], str]) -> dict[str, Counter[Result]]:
    """How many cases came to what, by a property of them, the most frequent first."""
    found: dict[str, Counter[Result]] = {}
    for verdict in verdicts:
        found.setdefault(key(verdict.case), Counter())[verdict.result] += 1
    return found


def document(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Everything as plain data."""
    return {
        "counts": _row(Counter(verdict.result for verdict in verdicts)),
        "operations": {name: _row(counts) for name, counts in sorted(by(verdicts, operation_of).items())},
        "provenances": {name: _row(counts) for name, counts in by(verdicts, lambda case: case.provenance).items()},
        "beyond": sorted({field for verdict in verdicts for field in verdict.beyond}),
        "cases": [
            {
                "about": verdict.case.about,
                "says": verdict.case.says,
                "operation": operation_of(verdict.case),
                "provenance": verdict.case.provenance,
                "source": verdict.case.source,
                "result": verdict.result,
                "why": verdict.why,
            }
            for verdict in verdicts
        ],
    }


def text(verdicts: Sequence[Verdict]) -> str:
    """Everything for a terminal, what is otherwise at the end."""
    counts = Counter(verdict.result for verdict in verdicts)
    operations = sorted(by(verdicts, operation_of).items())
    known = by(verdicts, lambda case: case.provenance)
    lines = [
        *_table("operation", operations),
        "",
        *_table("known from", [(name, known[name]) for name in PROVENANCES if name in known]),
        "",
        *(f"it has, in no contract, {field}" for field in sorted({item for one in verdicts for item in one.beyond})),
        *_not_run(verdicts),
        *(f"{verdict.why}: {line(verdict.case)}" for verdict in verdicts if verdict.result == "lacks"),
        *(f"no answer to {line(one.case)}: {one.why}" for one in verdicts if one.result == "no answer"),
        *(
            f"it contradicts {line(verdict.case)}\n    {verdict.why}"
            for verdict in verdicts
            if verdict.result == "contradicts"
        ),
        f"{number_of(len(verdicts), 'case')}: "
        + ", ".join(f"{counts[result]} {_WORDS[result]}" for result in RESULTS)
        + ".",
    ]
    return "\n".join(lines) + "\n"


def _not_run(verdicts: Sequence[Verdict]) -> list[str]:
    """How many were not run, by reason, and by name those that would have cost something."""
    left = [verdict for verdict in verdicts if verdict.result == "not run" and not verdict.case.unshown]
    reasons = Counter(verdict.why for verdict in left if verdict.case.reach != "costs")
    told = [f"{number_of(count, 'case')} not run: {why}" for why, count in reasons.items()]
    return told + [f"not run, {verdict.why}: {line(verdict.case)}" for verdict in left if verdict.case.reach == "costs"]


_WORDS: dict[Result, str] = {
    "agrees": "as they say",
    "contradicts": "otherwise",
    "no answer": "without an answer",
    "lacks": "about what is not there",
    "not run": "not run",
}


def line(case: Case) -> str:
    """A case in one line, with how it is known."""
    return f"{case.name} ({case.provenance}{f': {case.source}' if case.source else ''})"


def _row(counts: Counter[Result]) -> dict[str, int]:
    return {result: counts[result] for result in RESULTS}


def _table(title: str, rows: Sequence[tuple[str, Counter[Result]]]) -> list[str]:
    width = max(len(title), *(len(name) for name, _ in rows)) if rows else len(title)
    head = f"{title:{width}}" + "".join(f"  {result:>11}" for result in RESULTS)
    return [
        head,
        *(f"{name:{width}}" + "".join(f"  {counts[result]:>11}" for result in RESULTS) for name, counts in rows),
    ]
