"""Nodes and what is done to several of them."""

from __future__ import annotations

from modelarts_emulator.service.evidence.behaviours.behaviour import Behaviour

BEHAVIOURS = (
    Behaviour("nodes", "Phases are Creating, Checking, Available, Abnormal, Deleting", "documented", "ShowPoolNode"),
    Behaviour("nodes", "Pages of at most 500 follow each other by `continue`", "documented", "ListPoolNodes"),
    Behaviour("nodes", "`remainingItemCount` is counted once, at the first page", "assumed"),
    Behaviour("nodes", "Names are `os-node-created-` and five characters", "documented", "BatchMigratePoolNodes"),
    Behaviour("nodes", "Deletion leaves at least one node", "documented", "BatchDeletePoolNodes"),
    Behaviour("nodes", "Deletion lowers the pool's counts at once and makes no order", "assumed"),
    Behaviour("nodes", "A node locked against deletion refuses the whole request", "assumed"),
    Behaviour("nodes", "A deletion that reaches some of its nodes is answered like any other", "assumed"),
    Behaviour("nodes", "Lock and unlock say `success` or `failed` node by node", "documented", "BatchLockPoolNodes"),
    Behaviour("nodes", "One unknown name refuses the whole batch with 400", "assumed"),
    Behaviour("nodes", "A node that breaks stays in its pool `Abnormal`, and counts, until it mends", "assumed"),
    Behaviour("nodes", "At most ten nodes are drained by one request", "client", "official SDK"),
    Behaviour("nodes", "A reboot answers with the names", "documented", "BatchRebootPoolNodes"),
    Behaviour("nodes", "and the id of a job", "client", "Terraform"),
    Behaviour("nodes", "Nodes are rebooted at the same time, 60 to 75 s each, and are Checking meanwhile", "assumed"),
    Behaviour("nodes", "Locked, drained and Abnormal ones can be; these come back Available", "assumed"),
    Behaviour("nodes", "Training jobs on them fail", "assumed"),
    Behaviour("nodes", "A drain lets running jobs end; the annotation is `draining`, then `drained`", "assumed"),
)
