"""Whether the service can supply what a run would grow by, as far as reads tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_modelarts.api.spelling import meant
from pulumi_modelarts.api.wording import number_of
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.fields import Topic, driver_state
from pulumi_modelarts.plans.live_pool import MOST_FLAVORS, LivePool, entries
from pulumi_modelarts.specs._spec import Problem
from pulumi_modelarts.specs.spelling import property_path, spoken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pulumi_modelarts.api.resource_flavor import ResourceFlavor
    from pulumi_modelarts.plans.counts import Cell
    from pulumi_modelarts.plans.fields import FieldChange
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

_CHIPS = {"driver.gpuVersion": "gpu", "driver.npuVersion": "npu"}


def unsupplied(
    spec: ResourcePoolSpec, live: LivePool, cells: Sequence[Cell], fields: Sequence[FieldChange]
) -> Iterator[Problem]:
    """Yields why growth is more than the program allows, or than the service can supply."""
    growing = [cell for cell in cells if cell.growth]
    bought = sum(cell.growth for cell in growing)
    if bought > spec.growth_limit[0]:
        yield from _all(growing, too_many(bought, *spec.growth_limit))
    if live.addresses is not None and bought > live.addresses:
        free = number_of(live.addresses, "free address", "free addresses")
        out = (
            f"would make {number_of(bought, 'node')} and network {live.pool.spec.network.name!r} of the pool has "
            f"{free}. Declare fewer, or free addresses first"
        )
        yield from _all(growing, out)
    yield from _uneven(growing, live)
    yield from _too_many_flavors(growing, live)
    if live.offered:
        yield from _not_offered(growing, live, live.offered)
        yield from _without_chip(growing, live, live.offered, fields)


def chips_in_doubt(fields: Sequence[FieldChange], live: LivePool) -> list[FieldChange]:
    """Returns the driver versions that change of which the pool's status does not show that it has such a chip."""
    drivers = [change for change in fields if change.topic is Topic.DRIVER]
    return [change for change in drivers if driver_state(live.pool, _CHIPS[change.key]) is None]


def too_many(bought: int, limit: int, said: str) -> str:
    """Returns that a run would buy more than it may, and what to do about it.

    Args:
        bought: Nodes it would buy.
        limit: Nodes it may buy.
        said: What says so; empty where nobody does.
    """
    nodes = f"would buy {number_of(bought, 'node')}"
    if not said:
        return (
            f"{nodes}, and {limit} are the most unless max_growth says otherwise. Set max_growth={bought}, or declare "
            "fewer"
        )
    return f"{nodes} and {said} allows {limit}. Raise {said} to {bought}, or declare fewer"


def _all(growing: Sequence[Cell], out: str) -> list[Problem]:
    return [Problem(cell.path, f"grows from {cell.live} to {cell.declared}; this run {out}") for cell in growing]


def _uneven(growing: Sequence[Cell], live: LivePool) -> Iterator[Problem]:
    """Yields a problem for each cell that would not have whole steps, where its nodes come by the step.

    Documented: CreatePool, creatingStep.
    """
    steps = {entry.key: entry.wire.creating_step.step for entry in entries(live.pool) if entry.wire.creating_step}
    for cell in growing:
        step = steps.get(cell.entry, 0)
        over = cell.due % step if step > 1 else 0
        if over:
            yield Problem(
                cell.path,
                f"would have {number_of(cell.due, 'node')}, and they come in steps of {step} (creatingStep): "
                f"declare {cell.declared - over}, or {cell.declared + step - over}",
            )


def _too_many_flavors(growing: Sequence[Cell], live: LivePool) -> Iterator[Problem]:
    here = {entry.key[0] for entry in entries(live.pool)}
    new = {cell.entry[0]: cell for cell in growing if cell.entry[0] not in here}
    if new and len(here | new.keys()) > MOST_FLAVORS:
        for cell in new.values():
            yield Problem(
                cell.path,
                f"is a new flavor of a pool that has {len(here)}, and a pool has at most {MOST_FLAVORS}; declare one "
                "of those that it has, or remove one in the console",
            )


def _not_offered(growing: Sequence[Cell], live: LivePool, offered: Mapping[str, ResourceFlavor]) -> Iterator[Problem]:
    here = {entry.key[0] for entry in entries(live.pool)}
    first = {cell.entry[0] for cell in growing[:1]}
    kinds = {offered[name].spec.cpu_arch for name in (here or first) & offered.keys()} - {""}
    told: set[str] = set()
    for cell in growing:
        name = cell.entry[0]
        if name not in offered:
            if name not in here and name not in told:
                yield Problem(_flavor_path(cell), _unknown(name, here | offered.keys()))
            told.add(name)
        elif kinds and offered[name].spec.cpu_arch not in {"", *kinds}:
            arch = offered[name].spec.cpu_arch
            yield Problem(
                _flavor_path(cell),
                f"{name!r} has CPU architecture {arch}, and the pool has {changes.names(sorted(kinds))}; declare a "
                "flavor of that one",
            )
        elif why := _no_stock(cell, live, offered[name]):
            yield Problem(cell.path, why)


def _no_stock(cell: Cell, live: LivePool, flavor: ResourceFlavor) -> str:
    """Returns why no nodes of a flavor can come from where they would; empty where they may."""
    if not flavor.zones:
        return ""
    open_zones = sorted(flavor.zones - flavor.sold_out)
    zones = [cell.az] if cell.az else _zones(cell, live) or sorted(flavor.zones)
    elsewhere = (
        f"it can be had in {changes.names(open_zones)}: declare nodes there, with node_pools and azs"
        if open_zones
        else "no zone has any: declare another flavor, or run `pulumi up` again later"
    )
    if unknown := [zone for zone in zones if zone not in flavor.zones]:
        doing = "does" if len(unknown) == 1 else "do"
        return f"{changes.names(unknown)} {doing} not offer flavor {flavor.name!r}; {elsewhere}"
    if flavor.sold_out.issuperset(zones):
        return f"flavor {flavor.name!r} is sold out in {changes.names(zones)}; {elsewhere}"
    return ""


def _zones(cell: Cell, live: LivePool) -> list[str]:
    """Returns the zone of an entry that has one; none where the service places new nodes as it likes."""
    zones = [zone.az for entry in entries(live.pool) if entry.key == cell.entry for zone in entry.wire.azs]
    return zones if len(zones) == 1 else []


def _without_chip(
    growing: Sequence[Cell], live: LivePool, offered: Mapping[str, ResourceFlavor], fields: Sequence[FieldChange]
) -> Iterator[Problem]:
    flavors = {entry.key[0] for entry in entries(live.pool)} | {cell.entry[0] for cell in growing}
    if not flavors <= offered.keys():
        return
    for change in chips_in_doubt(fields, live):
        chip = _CHIPS[change.key]
        if not any(offered[name].has_gpu if chip == "gpu" else offered[name].has_npu for name in flavors):
            yield Problem(
                spoken(change.key),
                f"no flavor of the pool has {'a GPU' if chip == 'gpu' else 'an NPU'} "
                f"({changes.names(sorted(flavors))}); take {chip}_version out",
            )


def _flavor_path(cell: Cell) -> str:
    named = cell.key.startswith("nodePools.")
    return property_path(("nodePools", cell.entry[1], "flavor")) if named else cell.path


def _unknown(flavor: str, known: set[str]) -> str:
    close = meant(flavor, known)
    hint = f"did you mean {close!r}?" if close else f"the service offers {changes.names(sorted(known))}: declare one"
    return f"{flavor!r} is neither in the pool nor offered by the service; {hint}"
