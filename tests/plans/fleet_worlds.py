"""Fleets of every shape, and what programs declare of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tests.plans.fleets import AT_ONCE, FLAVORS, FleetWorld, declared, planned
from tests.plans.worlds import Machine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.plans.fleet import FleetPlan
    from pulumi_modelarts.plans.live_fleet import DeclaredFleet

NAMES = ("amber", "brown", "coral", "denim")
SPECIAL: tuple[dict[str, Any], ...] = (
    *({},) * 8,
    {"locked": True},
    {"spare": True},
    {"phase": "Abnormal"},
    {"phase": "Creating"},
    {"jobs": ("bert",)},
    {"jobs": ("gpt",)},
    {"services": ("chat",)},
    {"node_pool": "gold"},
)


@dataclass(frozen=True)
class Case:
    """A fleet and what a program declares of it.

    Attributes:
        world: The fleet.
        counts: Declared counts, by pool and flavor.
    """

    world: FleetWorld
    counts: Mapping[str, Mapping[str, int]]

    @property
    def fleet(self) -> DeclaredFleet:
        """What is declared, with budgets that every plan keeps to."""
        return self.limited(growth_limit=(100, ""), max_scale_in=100)

    def limited(self, **policy: Any) -> DeclaredFleet:
        """Returns what is declared, with some policy."""
        return declared(self.counts, **{"strategy": AT_ONCE, **policy})

    def planned(self) -> FleetPlan:
        """Plans it."""
        return planned(self.fleet, self.world)


@st.composite
def cases(draw: st.DrawFn, *, most: int = 6, plain: bool = False, supernodes: bool = True) -> Case:
    """Two to four pools of up to six nodes, of two flavors and in two networks, some of them special.

    Args:
        draw: Draws.
        most: Nodes of the largest pool.
        plain: Whether every node can move, and by itself.
        supernodes: Whether some nodes may be parts of supernodes.
    """
    names = NAMES[: draw(st.integers(2, 4))]
    machines = {name: draw(_pool(name, most, plain=plain, supernodes=supernodes)) for name in names}
    networks = {name: "other" for name in names if not plain and draw(st.integers(0, 5)) == 0}
    world = FleetWorld(machines, networks)
    counts = {
        name: {flavor: max(0, world.held(name)[flavor] + draw(st.integers(-3, 3))) for flavor in FLAVORS}
        for name in names
    }
    return Case(world, counts)


@st.composite
def _pool(draw: st.DrawFn, name: str, most: int, *, plain: bool, supernodes: bool) -> tuple[Machine, ...]:
    found: list[Machine] = []
    count = draw(st.integers(1, most))
    while len(found) < count:
        flavor, number = draw(st.sampled_from(FLAVORS)), len(found)
        if supernodes and not plain and draw(st.integers(0, 5)) == 0:
            locked = draw(st.sampled_from([False, False, True]))
            found += [Machine(f"{name}-{number}{half}", flavor, supernode=f"{name}-s{number}") for half in "xy"]
            found[-1] = replace(found[-1], locked=locked)
        else:
            found.append(Machine(f"{name}-{number}", flavor, **({} if plain else draw(st.sampled_from(SPECIAL)))))
    return tuple(found)
