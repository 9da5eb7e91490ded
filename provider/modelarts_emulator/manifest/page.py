"""What is served and how that is known, as the page of the documentation that it is."""

from __future__ import annotations

from collections import Counter
from typing import get_args

from modelarts_emulator.manifest import reading, score
from modelarts_emulator.manifest.case import PROVENANCES, Reach
from modelarts_emulator.service import preconditions
from modelarts_emulator.service.evidence import clients, declined
from modelarts_emulator.service.urls import OPERATIONS, ROUTES

_INTRODUCTION = """# What the emulator does, and how that is known

This page is printed by `modelarts-emulator evidence`; a test holds it to the code.

There was no account to record from, so everything says where it is taken from: `documented` names the API page or
guide, `client` the program that relies on it against the real service, `observed` reports by others, and `assumed` is
what had to be chosen because no source says it.
"""
_PERMISSIONS = """The permission is what the page of the operation, or that of permissions, asks for: "none" where it
needs none under identity policies, "not stated" where no page that was read says it. The emulator itself asks for none.
"""
_PRECONDITIONS = """What must be so before a pool or network is made, changed or deleted, or nodes are deleted, drained
or migrated. A refusal names the one that is not met in the header `x-emulator-precondition`, which the service has not;
`GET /_emulator/preconditions` lists them.
"""
_DECLINED = """Everything else that the service has answers as its gateway does for an unknown path: 404 `APIGW.0101`.
What it is and why it is not served stands in the header `x-emulator-declined`, which the service has not.
"""
_DEVIATIONS = """The tests compare the models of the official Python SDK with what was sent, field by field. The rest of
every answer it reads as it is sent; for these it raises no error, and `to_json_object()` of an answer has them.
"""
_BEHAVIOURS = """Each is a case: requests, and what is answered and changed. `modelarts-emulator evidence --check URL`
runs those that can be run *anywhere*, which read, or ask for what must be refused; `--changes` those *with changes*,
too, which make what is free and take it away again; `--costs FLAVOR` those *at a cost*, which make and delete a pool of
one node. What takes somebody's nodes, or needs a world or a time of its own, is run *on an emulator* alone. How many
cases show something of each operation:
"""


def page() -> str:
    """The page as Markdown."""
    return "\n".join(
        [
            _INTRODUCTION,
            "## Operations\n",
            _PERMISSIONS,
            operations(),
            "## Preconditions\n",
            _PRECONDITIONS,
            preconditions.table(),
            "## Not served\n",
            _DECLINED,
            declined.table(),
            "## What the official SDK reads otherwise\n",
            _DEVIATIONS,
            clients.deviations(),
            "## Behaviours\n",
            summary() + "\n",
            _BEHAVIOURS,
            shown(),
            behaviours(),
        ]
    )


def operations() -> str:
    """Every operation that is served as a Markdown table, with its permission and who drives it in the tests."""
    rows = ["| Operation | Request | Known from | Permission | Driven by |", "|---|---|---|---|---|"]
    for route in ROUTES:
        request, driven = f"`{route.method} {route.path}`", clients.drivers(route)
        rows.append(f"| `{route.name}` | {request} | {route.source} | {_permission(route.permission)} | {driven} |")
    return "\n".join(rows) + "\n"


def _permission(permission: str) -> str:
    return f"`{permission}`" if ":" in permission else permission or "not stated"


def summary() -> str:
    """How much is known from where, in a sentence."""
    parts = ", ".join(f"{number} {name}" for name, number in counts().items())
    return f"{len(reading.cases())} behaviours: {parts}."


def counts() -> dict[str, int]:
    """How many behaviours there are of each provenance."""
    found = Counter(case.provenance for case in reading.cases())
    return {name: found[name] for name in PROVENANCES}


def shown() -> str:
    """How many cases show something of each operation, by where they may be run, as a Markdown table."""
    found = Counter((score.operation_of(case), case.reach) for case in reading.cases() if case.steps)
    rows = ["| Operation | Anywhere | With changes | At a cost | On an emulator |", "|---|---|---|---|---|"]
    for name in OPERATIONS:
        cells = [str(found[name, reach] or "") for reach in get_args(Reach)]
        rows.append(f"| `{name}` | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def behaviours() -> str:
    """Every behaviour as a Markdown table."""
    rows = ["| About | What happens | Known from | Shown |", "|---|---|---|---|"]
    for case in reading.cases():
        known = f"{case.provenance}: {case.source}" if case.source else case.provenance
        rows.append(f"| {case.about} | {case.says} | {known} | {_WHERE[case.reach] if case.steps else case.unshown} |")
    return "\n".join(rows) + "\n"


_WHERE: dict[Reach, str] = {
    "anywhere": "anywhere",
    "changes": "with changes",
    "costs": "at a cost",
    "emulator": "on an emulator",
}
