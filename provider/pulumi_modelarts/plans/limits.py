"""What whoever starts a run forbids it, whatever the program says: a freeze, bounds on all its nodes, an approval.

They are variables of the environment. As settings of a stack they would be inputs of its default provider, and to set
one would show as a change of that provider and have saved plans refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api.wording import number_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_modelarts.plans.approval import Approval

FREEZE: Final = "MODELARTS_FREEZE"
APPROVED: Final = "MODELARTS_APPROVED"
BOUNDS: Final[Mapping[str, str]] = {"bought": "MODELARTS_MAX_BOUGHT", "removed": "MODELARTS_MAX_REMOVED"}
"""Variable of each bound, by what it bounds."""
UNCOUNTED: Final = (
    "cannot be held: how many nodes would be bought here is secret. Wrap the counts in pulumi.Output.unsecret(…), or "
    "unset it"
)
_VERBS: Final[Mapping[str, str]] = {"bought": "buy", "removed": "remove"}


@dataclass(frozen=True)
class Limits:
    """What a run is forbidden.

    Attributes:
        freeze: Why nothing may change; empty where it may.
        most_bought: The most nodes that all resources of a process may buy; None for no bound.
        most_removed: The most that they may remove; likewise.
        approval: What was approved; None where nobody has to.
        approved: The file that says so.
    """

    freeze: str = ""
    most_bought: int | None = None
    most_removed: int | None = None
    approval: Approval | None = None
    approved: str = ""

    def __bool__(self) -> bool:
        """Returns whether anything is forbidden."""
        return self != Limits()

    @property
    def most(self) -> dict[str, int]:
        """The bounds that there are, by what they bound."""
        bounds = {"bought": self.most_bought, "removed": self.most_removed}
        return {name: most for name, most in bounds.items() if most is not None}


def foretold(reason: str) -> str:
    """Returns what a preview says of a resource whose run is frozen.

    Args:
        reason: Why nothing may change.
    """
    return (
        f"{FREEZE} is set ({reason}): `pulumi up` is refused here before it sends anything. Unset it once changes are "
        "allowed again"
    )


def frozen(reason: str, lines: Sequence[str]) -> str:
    """Returns that a run is refused for a freeze.

    Args:
        reason: Why nothing may change.
        lines: What it would do.
    """
    would = "\n".join(f"    {line}" for line in lines)
    return (
        f"Nothing may change now: {FREEZE} is set ({reason}). Nothing was sent; this run would\n{would}\n"
        f"Unset {FREEZE} once changes are allowed again, and run the same command"
    )


def passed(name: str, wanted: int, others: int, most: int) -> str:
    """Returns that a bound is passed.

    Args:
        name: What it bounds: `bought` or `removed`.
        wanted: Nodes that this resource would buy or remove.
        others: Nodes that other resources of the run do.
        most: The bound.
    """
    beside = f", beside {others} by other resources of this run" if others else ""
    return (
        f"allows {most}, and {number_of(wanted, 'node')} would be {name} here{beside}. "
        f"{_VERBS[name].capitalize()} fewer at once, or raise it where the run is started"
    )
