"""How many nodes the resources of a program buy and remove, all together, in this process."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Spending(NamedTuple):
    """Nodes that are bought, and nodes that are removed."""

    bought: int = 0
    removed: int = 0


class Ledger:
    """What each resource spends: checked as often as the engine likes, it counts once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spent: dict[str, Spending] = {}

    def spend(self, who: str, spending: Spending, most: Mapping[str, int]) -> dict[str, int]:
        """Notes what a resource spends, in place of what was noted of it before, unless that is too much.

        Args:
            who: The resource, and whether it is its deletion.
            spending: What it spends.
            most: The most that all of them may spend, by field of `Spending`; a field that is left out has no bound.

        Returns:
            What others spend, by field, for each bound that would be passed; nothing is noted then.
        """
        with self._lock:
            others = [each for other, each in self._spent.items() if other != who]
            rest = {name: sum(getattr(each, name) for each in others) for name in most}
            passed = {
                name: rest[name]
                for name, bound in most.items()
                if getattr(spending, name) and rest[name] + getattr(spending, name) > bound
            }
            if passed:
                self._spent.pop(who, None)
            else:
                self._spent[who] = spending
            return passed
