"""Reboot of nodes: start one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator.messages import Response
from modelarts_emulator.service.models import node_reboot
from modelarts_emulator.service.responses.node import named

if TYPE_CHECKING:
    from modelarts_emulator.service.responses.call import Call


def batch_reboot(call: Call) -> Response:
    """Reboot nodes; answers at once with their names (documented) and the job's id (client: Terraform)."""
    pool, nodes = named(call, "nodeNames")
    names = [item.name for item in nodes]
    made = node_reboot.start(call.tenant, pool, nodes, {"nodeNames": names})
    return Response.of_json(200, {"nodeNames": names, "job_id": made.id})
