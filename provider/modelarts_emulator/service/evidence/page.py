"""What is served and how that is known, as the page of the documentation that it is."""

from __future__ import annotations

from modelarts_emulator.service import preconditions
from modelarts_emulator.service.evidence import behaviours, clients, declined
from modelarts_emulator.service.urls import ROUTES

_INTRODUCTION = """# What the emulator does, and how that is known

This page is printed by `modelarts-emulator evidence`; a test holds it to the code.

There was no account to record from, so everything says where it is taken from: `documented` names the API page or
guide, `client` the program that relies on it against the real service, `observed` reports by others, and `assumed` is
what had to be chosen because no source says it.
"""
_PERMISSIONS = """The permission is what the page of the operation, or that of permissions, asks for: "none" where it
needs none under identity policies, "not stated" where no page that was read says it. The emulator itself asks for none.
"""
_PRECONDITIONS = """What must be so before a pool is changed, or its nodes are deleted, drained or migrated. A refusal
names the one that is not met in the header `x-emulator-precondition`, which the service has not; `GET
/_emulator/preconditions` lists them.
"""
_DECLINED = """Everything else that the service has answers as its gateway does for an unknown path: 404 `APIGW.0101`.
What it is and why it is not served stands in the header `x-emulator-declined`, which the service has not.
"""
_DEVIATIONS = """The tests compare the models of the official Python SDK with what was sent, field by field. The rest of
every answer it reads as it is sent; for these it raises no error, and `to_json_object()` of an answer has them.
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
            behaviours.table(),
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
    counts = behaviours.counts()
    parts = ", ".join(f"{counts[name]} {name}" for name in ("documented", "client", "observed", "assumed"))
    return f"{len(behaviours.BEHAVIOURS)} behaviours: {parts}."
