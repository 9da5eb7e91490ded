"""Where the sources disagree or leave a choice: what a world does, as it can be chosen for it."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Choices(NamedTuple):
    """Choices of one world.

    Attributes:
        migration_answer: What batch-migrate answers. `job_id`: the job's id alone (client: official SDK, Terraform).
            `document`: the training job of the page, with the job's id (documented: BatchMigratePoolNodes; the id is
            assumed). `document_without_id`: that with an empty id (assumed).
        drain: What batch-drain does about running training jobs: `wait` for them, or `evict` them, which ends them
            (both assumed).
        busy_migration: What batch-migrate does about a node on which something runs: `refuse` the request, or `move`
            the node with what runs on it, which goes on under the same address (both assumed).
        failed_creation: Whether the record of a failed creation `holds_name`, so that no pool of this name is made
            until it is gone, or `frees_name`, and vanishes when one is (both assumed).
        empty_pool: What is done about a pool that is to be made without a node: `refuse` it, or `make` it, for nodes to
            be migrated into (both assumed).
    """

    migration_answer: Literal["job_id", "document", "document_without_id"] = "job_id"
    drain: Literal["wait", "evict"] = "wait"
    busy_migration: Literal["refuse", "move"] = "refuse"
    failed_creation: Literal["holds_name", "frees_name"] = "holds_name"
    empty_pool: Literal["refuse", "make"] = "refuse"
