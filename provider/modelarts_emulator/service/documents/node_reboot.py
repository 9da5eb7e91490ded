"""Reboots of nodes on the wire (documented: BatchRebootPoolNodes)."""

from typing_extensions import TypedDict

from modelarts_emulator.service.documents.node import Names
from modelarts_emulator.service.documents.shapes import Name


class RebootNodes(TypedDict):
    """Body of BatchRebootPoolNodes."""

    nodeNames: Names


class RebootedNodes(TypedDict):
    """Answer of BatchRebootPoolNodes: names on the page, and the job that Terraform waits for."""

    nodeNames: list[Name]
    job_id: Name
