"""Reboot of nodes: start one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator.messages import Response
from modelarts_emulator.service.models import node_reboot
from modelarts_emulator.service.operation import NONE_NEEDED, operation
from modelarts_emulator.service.responses.node import named

if TYPE_CHECKING:
    from modelarts_emulator.service.call import Call


@operation(
    "batchRebootPoolNodes",
    "POST",
    "/v2/{project}/pools/{pool}/nodes/batch-reboot",
    source="documented: BatchRebootPoolNodes",
    permission=NONE_NEEDED,
    body="RebootNodes",
    answer="RebootedNodes",
    sets_going=("reboot",),
)
def batch_reboot(call: Call) -> Response:
    """Reboot nodes; answers at once with their names (documented) and the job's id (client: Terraform)."""
    pool, nodes = named(call, "nodeNames")
    names = [item.name for item in nodes]
    made = node_reboot.start(call.tenant, pool, nodes, {"nodeNames": names})
    return Response.of_json(200, {"nodeNames": names, "job_id": made.id})
