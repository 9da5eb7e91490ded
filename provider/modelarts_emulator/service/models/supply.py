"""How far an order succeeds: what an armed rule allows, what is in stock, and what chance makes of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator.service.models import stock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelarts_emulator.service.models.tenant import Tenant
    from modelarts_emulator.trouble import Outcome

NO_STOCK = "insufficient resources"
BY_CHANCE = "the node did not become available"


class Supply:
    """What one order may still get; asking for it uses it up.

    A rule that counts nodes decides alone, as far as there is stock; chance has a say only without one.

    Args:
        tenant: The project.
        outcome: What the rule says that fired for this order; None when none did.

    Attributes:
        is_stuck: True when the order never ends by itself.
        adjusts_spec: True when the pool's counts become those of its nodes at its end.
    """

    def __init__(self, tenant: Tenant, outcome: Outcome | None) -> None:
        self.is_stuck = outcome is not None and outcome.order == "stuck"
        self.adjusts_spec = outcome is not None and outcome.spec == "real"
        self._tenant = tenant
        self._outcome = outcome
        self._allowed = 0 if self.is_stuck else None
        if outcome is not None and outcome.nodes is not None:
            self._allowed = outcome.nodes
        self._stock: dict[str, dict[str, int]] = {}
        self._ran_out = False

    @property
    def reason(self) -> str:
        """Why not everything succeeds."""
        if self._outcome is not None:
            return self._outcome.reason
        return NO_STOCK if self._ran_out else BY_CHANCE

    def deletions(self, count: int) -> int:
        """How many of so many nodes are deleted."""
        return self._allow(count)

    def fates(self, flavor: str, zone: str, names: list[str]) -> Iterator[tuple[str, list[str]]]:
        """What becomes of new nodes of a flavor in a zone: those that share a fate, and which (`NewNodes.fate`)."""
        stocked = self._from_stock(flavor, zone, len(names))
        good = self._allow(stocked)
        others = "Abnormal" if self._outcome is not None and self._outcome.others == "Abnormal" else "vanishes"
        for fate, alike in (
            *self._by_chance(names[:good]),
            (others, names[good:stocked]),
            ("vanishes", names[stocked:]),
        ):
            if alike:
                yield fate, alike

    def _by_chance(self, names: list[str]) -> list[tuple[str, list[str]]]:
        if self._allowed is not None or not self._tenant.chances.node:
            return [("Available", names)]
        by_fate: dict[str, list[str]] = {}
        for name in names:
            by_fate.setdefault(self._tenant.chance("node", name), []).append(name)
        return list(by_fate.items())

    def _from_stock(self, flavor: str, zone: str, count: int) -> int:
        if flavor not in self._stock:
            self._stock[flavor] = stock.free(self._tenant, flavor)
        there = self._stock[flavor]
        taken = min(count, there.get(zone, count))
        if zone in there:
            there[zone] -= taken
        self._ran_out = self._ran_out or taken < count
        return taken

    def _allow(self, count: int) -> int:
        if self._allowed is None:
            return count
        allowed = min(count, self._allowed)
        self._allowed -= allowed
        return allowed
