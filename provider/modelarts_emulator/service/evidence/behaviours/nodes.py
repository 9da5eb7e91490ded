"""Nodes and what is done to several of them."""

from __future__ import annotations

from modelarts_emulator.service.evidence.behaviours.behaviour import Behaviour

BEHAVIOURS = (
    Behaviour(
        "replacement",
        "A node that is replaced goes, and one of its flavor comes under a new name",
        "documented",
        "replacing faulty nodes, October 2024",
    ),
    Behaviour("replacement", "The type of its job is `replace-node`", "documented", "ListJobs"),
    Behaviour("replacement", "It takes 75 s; until then the old node stays, and takes no other operation", "assumed"),
    Behaviour("replacement", "The new one is Available in its place: pool, node pool, zone, supernode", "assumed"),
    Behaviour(
        "spares",
        'The label `os.modelarts.node/ha.redundant.enabled: "true"` marks a node that is kept in reserve',
        "documented",
        "Rectifying a Faulty Node in a Standard Dedicated Resource Pool",
    ),
    Behaviour(
        "spares",
        "They count among the pool's nodes, and run no job",
        "documented",
        "Rectifying a Faulty Node in a Standard Dedicated Resource Pool",
    ),
    Behaviour("spares", "They are scaled in, deleted and migrated as others are, and stay spares", "assumed"),
    Behaviour(
        "supernodes", "Nodes of one share the label `os.modelarts.node/batch.uid`", "documented", "ListPoolNodes"
    ),
    Behaviour("supernodes", "`batch.type` is `hyperinstance`, `batch.count` its nodes", "documented", "ListPoolNodes"),
    Behaviour("supernodes", "None of its nodes is deleted singly", "documented", "CCE, supernodes"),
    Behaviour("supernodes", "or migrated singly: both are 400 `ModelArts.50004000`", "assumed"),
    Behaviour("supernodes", "They come in one zone; counts that are no multiple of the step are 400", "assumed"),
    Behaviour("supernodes", "Scaling in takes whole ones, the newest first", "assumed"),
    Behaviour("supernodes", "The nodes of one arrive at the same moment, and keep its uid", "assumed"),
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
