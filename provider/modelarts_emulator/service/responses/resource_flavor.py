"""Resource flavors: list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.messages import Response
from modelarts_emulator.service.exceptions import bad_request
from modelarts_emulator.service.models import resource_flavor, stock
from modelarts_emulator.service.operation import NONE_NEEDED, operation
from modelarts_emulator.service.responses.selector import selects

if TYPE_CHECKING:
    from modelarts_emulator.service.call import Call

LARGEST_PAGE = 500
LABELS = {"os.modelarts/scope": "Train.Infer.Notebook"}
"""Labels of every flavor (documented: ListResourceFlavors; that each serves all three is assumed)."""


@operation(
    "listResourceFlavors",
    "GET",
    "/v1/{project}/resourceflavors",
    source="documented: ListResourceFlavors",
    permission=NONE_NEEDED,
    query="ListResourceFlavors",
    answer="ResourceFlavorList",
    still=True,
)
def list_resource_flavors(call: Call) -> Response:
    """One page of the flavors on offer that a label selector leaves, by id."""
    limit = call.integer("limit", LARGEST_PAGE, LARGEST_PAGE)
    after = call.request.query.get("continue", "")
    flavors = resource_flavor.catalogue(call.tenant.connection)
    if after and after not in flavors:
        raise bad_request(f"continue {after!r} is not a value of metadata.continue")
    left = [flavor_id for flavor_id in flavors if flavor_id > after and selects(call, LABELS)]
    metadata: dict[str, Any] = {}
    if len(left) > limit:
        metadata = {"continue": left[limit - 1], "remainingItemCount": len(left) - limit}
    items = [
        _render(flavor_id, flavors[flavor_id], stock.phases(call.tenant, flavor_id, flavors[flavor_id]))
        for flavor_id in left[:limit]
    ]
    return Response.of_json(
        200, {"kind": "ResourceFlavorList", "apiVersion": "v1", "metadata": metadata, "items": items}
    )


def _render(flavor_id: str, flavor: resource_flavor.Flavor, phases: dict[str, str]) -> dict[str, Any]:
    spec = {name: value for name, value in flavor.items() if name not in {"zones", "stock"}}
    spec |= {kind: {**spec[kind], "size": str(spec[kind]["size"])} for kind in ("gpu", "npu") if spec.get(kind)}
    metadata = {"name": flavor_id, "labels": LABELS, "annotations": {}}
    return {
        "kind": "ResourceFlavor",
        "apiVersion": "v1",
        "metadata": metadata,
        "spec": {"type": "Dedicate", **spec},
        "status": {"phase": phases},
    }
