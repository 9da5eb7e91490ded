"""Migrations and their jobs."""

from __future__ import annotations

from modelarts_emulator.service.evidence.behaviours.behaviour import Behaviour

BEHAVIOURS = (
    Behaviour("migration", "Fields are camel case", "client", "official SDK, Terraform"),
    Behaviour("migration", "or lower case", "documented", "BatchMigratePoolNodes, 2025"),
    Behaviour("migration", "Any other case is understood too, and unknown fields are passed over", "assumed"),
    Behaviour("migration", "Node names and both clusters are required", "documented", "BatchMigratePoolNodes, 2026"),
    Behaviour("migration", "The flavor is required between pools", "documented", "BatchMigratePoolNodes"),
    Behaviour("migration", 'The answer is `{"job_id"}`', "client", "official SDK, Terraform"),
    Behaviour(
        "migration", "or, in a world that chooses it, a training job", "documented", "BatchMigratePoolNodes, 2025"
    ),
    Behaviour("migration", "A pool's cluster has the pool's name", "documented", "BatchMigratePoolNodes, 2026"),
    Behaviour("migration", "Equal clusters are refused", "observed", "third-party notes"),
    Behaviour("migration", "A pool with a single node is refused", "documented", "BatchMigratePoolNodes"),
    Behaviour("migration", "One node stays that is not on its way elsewhere", "assumed"),
    Behaviour("migration", "A target without room refuses", "documented", "BatchMigratePoolNodes, 2026"),
    Behaviour(
        "migration",
        "or whose network has too few free addresses",
        "documented",
        "BatchMigratePoolNodes, 2026",
    ),
    Behaviour("migration", "though the network is the same, and the node keeps its address", "assumed"),
    Behaviour("migration", "A node in a wrong state is refused", "documented", "BatchMigratePoolNodes, 2026"),
    Behaviour("migration", "Wrong are: not Available, locked, busy, under way already", "assumed"),
    Behaviour("migration", "In a world that chooses it busy nodes move, and what runs on them goes on", "assumed"),
    Behaviour("migration", "Both pools must be Running, not frozen, and in one network", "assumed"),
    Behaviour("migration", "The flavor must be the nodes' own, and of the target's CPU architecture", "assumed"),
    Behaviour("migration", "A target under control mode 2 takes no flavor or node pool that is new to it", "assumed"),
    Behaviour("migration", "Labels, taints and network are refused", "documented", "BatchMigratePoolNodes"),
    Behaviour("migration", "All these are 400 `ModelArts.50004000`; a missing target is the 404 of pools", "assumed"),
    Behaviour(
        "migration",
        "Without a target pool, nodes change clusters in theirs",
        "documented",
        "BatchMigratePoolNodes, 2025",
    ),
    Behaviour("migration", "Three nodes of a job move at a time, 40 to 55 s each", "assumed"),
    Behaviour("migration", "Until it arrives a node stays Available, and takes no other operation", "assumed"),
    Behaviour("migration", "Scaling in takes other nodes, and is refused where there are too few", "assumed"),
    Behaviour("migration", "Orders and migrations of one pool run side by side", "assumed"),
    Behaviour("migration", "A node keeps its name, zone and address, and arrives undrained", "assumed"),
    Behaviour("migration", "Both pools' counts follow at its arrival; an entry may go to 0, or be made", "assumed"),
    Behaviour("migration", "A node that breaks on its way arrives all the same, and is `Abnormal` there", "assumed"),
    Behaviour("migration", "The node then checks itself, and gets the target's driver if it had another", "assumed"),
    Behaviour("migration", "It is the newest node of its pool: last in the list, first to be scaled in", "assumed"),
    Behaviour("jobs", "Phases are Running, Success, Failed", "documented", "ListJobs"),
    Behaviour("jobs", "One job is shown by its id", "client", "Terraform"),
    Behaviour("jobs", "A missing one is 404 `ModelArts.50015001`", "assumed"),
    Behaviour("jobs", "Jobs of the last 30 days are listed, 100 to a page", "documented", "ListJobs"),
    Behaviour("jobs", "The newest comes first, and a migration is listed under its source", "assumed"),
    Behaviour("jobs", "The type of a migration is `migrate-nodes`", "assumed"),
    Behaviour("jobs", "That of a reboot is `reboot-node`", "documented", "ListJobs"),
    Behaviour("jobs", "Inputs and involved objects are JSON in text", "assumed"),
    Behaviour("jobs", "It succeeds when the last node has arrived, ready or not", "assumed"),
    Behaviour("jobs", "It fails with the first node that fails; those that have moved stay moved", "assumed"),
)
