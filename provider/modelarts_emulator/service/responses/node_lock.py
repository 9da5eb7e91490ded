"""Locks that protect nodes from deletion: set and lifted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator.messages import Response
from modelarts_emulator.service.models import batch, node
from modelarts_emulator.service.operation import NONE_NEEDED, operation
from modelarts_emulator.service.responses.node import named

if TYPE_CHECKING:
    from modelarts_emulator.service.call import Call


@operation(
    "batchLockPoolNodes",
    "POST",
    "/v2/{project}/pools/{pool}/nodes/batch-lock",
    source="documented: BatchLockPoolNodes",
    permission=NONE_NEEDED,
    body="LockNodes",
    answer="LockedNodes",
    sets_going=("batch",),
)
def batch_lock(call: Call) -> Response:
    """Protect nodes from deletion."""
    return _set_locked(call, locked=True)


@operation(
    "batchUnlockPoolNodes",
    "POST",
    "/v2/{project}/pools/{pool}/nodes/batch-unlock",
    source="documented: BatchUnlockPoolNodes",
    permission=NONE_NEEDED,
    body="LockNodes",
    answer="LockedNodes",
    sets_going=("batch",),
)
def batch_unlock(call: Call) -> Response:
    """Lift that protection."""
    return _set_locked(call, locked=False)


def _set_locked(call: Call, *, locked: bool) -> Response:
    pool, nodes = named(call, "nodeNames")
    good = batch.succeeding(call.tenant, pool.name, nodes)
    node.set_locked(call.tenant, good, locked=locked)
    done = {item.name for item in good}
    statuses = [{"name": item.name, "status": "success" if item.name in done else "failed"} for item in nodes]
    return Response.of_json(200, {"nodes": statuses})
