"""Training jobs."""

from __future__ import annotations

from modelarts_emulator.behaviours.behaviour import Behaviour

BEHAVIOURS = (
    Behaviour(
        "training jobs",
        "A job is on the nodes whose `privateIp` its `task_ips[].host_ip` name",
        "client",
        "official SDK",
    ),
    Behaviour("training jobs", "`offset` of a search is the index of a page", "documented", "ListTrainingJobs"),
    Behaviour("training jobs", "Without `limit` a page has ten jobs", "assumed"),
    Behaviour("training jobs", "A running job whose node is deleted, or breaks, becomes `Failed`", "assumed"),
)
