"""What nodes do: training jobs, inference services, notebooks, and how a message speaks of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.api.wording import plural
from pulumi_modelarts.plans import changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

TRAINING_JOB = "training job"
OR_IGNORE = ', or set on_running_jobs="ignore" to go on without knowing'
"""What a program can do where nobody tells what runs on a node, behind what a user can."""


@dataclass(frozen=True, order=True)
class Work:
    """Something that runs on nodes.

    Attributes:
        kind: What a user calls it: "training job", "inference service", "notebook".
        name: The name a user knows it by.
        owner: Whose it is; empty if the service does not say.
        ends: Whether it ends by itself, so that it can be waited for (documented: a training job does).
    """

    kind: str
    name: str
    owner: str = ""
    ends: bool = True

    def __str__(self) -> str:
        return f"{self.name} ({self.owner})" if self.owner else self.name


Busy = dict[str, tuple[Work, ...]]
"""What runs on each busy node."""


def told(works: Iterable[Work]) -> str:
    """Returns work for a message: `training jobs a (ann), b (bob) and notebook lab (eve)`."""
    kinds: dict[str, list[Work]] = {}
    for work in sorted(set(works)):
        kinds.setdefault(work.kind, []).append(work)
    return " and ".join(_of_one_kind(kind, works) for kind, works in kinds.items())


def told_by_node(busy: Mapping[str, Sequence[Work]]) -> str:
    """Returns work and the nodes it runs on for a message."""
    return changes.names([f"{told(works)} on {name}" for name, works in sorted(busy.items())])


def that_last(busy: Mapping[str, Sequence[Work]]) -> str:
    """Returns that work does not end by itself, and to stop it: `notebook lab on n1 does not end by itself. Stop it …`.

    Args:
        busy: What does not end by itself, by the node it runs on.
    """
    one = len({work for works in busy.values() for work in works}) == 1
    end = "does not end by itself. Stop it or move it" if one else "do not end by themselves. Stop them or move them"
    return f"{told_by_node(busy)} {end} elsewhere"


def lasting(busy: Mapping[str, Sequence[Work]]) -> Busy:
    """Returns what does not end by itself, by the node it runs on."""
    found = {name: tuple(work for work in works if not work.ends) for name, works in busy.items()}
    return {name: works for name, works in found.items() if works}


def _of_one_kind(kind: str, works: Sequence[Work]) -> str:
    return f"{plural(kind, works)} {changes.names([str(work) for work in works])}"
