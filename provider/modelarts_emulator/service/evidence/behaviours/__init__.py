"""What the emulator does and how anybody knows that ModelArts does so: the one table of provenance.

`documented` names the API page or guide, `client` what the official SDK or Terraform provider relies on, `observed`
what third parties report from the real service, `assumed` what had to be chosen because no source says it.
"""

from __future__ import annotations

from collections import Counter

from modelarts_emulator.service.evidence.behaviours import (
    access,
    migration,
    nodes,
    pools,
    scaling,
    surroundings,
    tags,
    training_jobs,
    workloads,
)
from modelarts_emulator.service.evidence.behaviours.behaviour import Behaviour

__all__ = ["BEHAVIOURS", "Behaviour", "counts", "table"]

BEHAVIOURS = (
    *access.BEHAVIOURS,
    *pools.BEHAVIOURS,
    *tags.BEHAVIOURS,
    *scaling.BEHAVIOURS,
    *nodes.BEHAVIOURS,
    *migration.BEHAVIOURS,
    *training_jobs.BEHAVIOURS,
    *workloads.BEHAVIOURS,
    *surroundings.BEHAVIOURS,
)
"""All behaviours that a client can see, subject by subject."""


def table() -> str:
    """The behaviours as a Markdown table."""
    rows = ["| About | What happens | Known from |", "|---|---|---|"]
    for item in BEHAVIOURS:
        known = f"{item.provenance}: {item.source}" if item.source else item.provenance
        rows.append(f"| {item.subject} | {item.text} | {known} |")
    return "\n".join(rows) + "\n"


def counts() -> dict[str, int]:
    """How many behaviours there are of each provenance."""
    return dict(Counter(item.provenance for item in BEHAVIOURS))
