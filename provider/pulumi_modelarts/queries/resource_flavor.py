"""What a program is told of flavors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_modelarts.queries.resource_pool import Answer, Arguments, texts

if TYPE_CHECKING:
    from pulumi_modelarts.api.resource_flavor import FlavorChips, ResourceFlavor
    from pulumi_modelarts.reconcilers.session import Session


def resource_flavors(session: Session, given: Arguments) -> Answer:
    """Returns the flavors of the region, or those that a zone offers.

    Raises:
        ModelArtsError: They could not be listed.
    """
    zone = given.get("zone")
    found = sorted(session.client.resource_flavors.every(), key=lambda flavor: flavor.name)
    return {"flavors": [_flavor(flavor) for flavor in found if zone is None or zone in flavor.zones]}


def _flavor(flavor: ResourceFlavor) -> Answer:
    spec = flavor.spec
    return {
        "flavor": flavor.name,
        "type": _text(spec.model_extra, "type"),
        "cpuArch": spec.cpu_arch,
        "cpu": _text(spec.model_extra, "cpu"),
        "memory": _text(spec.model_extra, "memory"),
        "gpu": _chips(spec.gpu),
        "npu": _chips(spec.npu),
        "stock": dict(flavor.status.phase),
        "zones": sorted(flavor.zones - flavor.sold_out),
        "soldOut": sorted(flavor.sold_out),
        "labels": texts(_map(flavor.metadata.model_extra, "labels")),
    }


def _chips(chips: FlavorChips | None) -> Answer:
    return {"type": "", "count": 0} if chips is None else {"type": chips.type, "count": chips.size}


def _text(extra: dict[str, Any] | None, name: str) -> str:
    """Returns a field that nothing is decided by, so that it may be written in any way."""
    value = (extra or {}).get(name)
    return "" if value is None else str(value)


def _map(extra: dict[str, Any] | None, name: str) -> dict[str, Any]:
    value = (extra or {}).get(name)
    return value if isinstance(value, dict) else {}
