"""What a program may declare about where nodes live."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Annotated, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    field_serializer,
    field_validator,
    model_validator,
)

from pulumi_modelarts.specs._declaration import Declaration
from pulumi_modelarts.specs._spec import Computed, Spec, wrong_inside
from pulumi_modelarts.specs.paths import Paths, Steps
from pulumi_modelarts.specs.values import (
    GIVE_A_NODE,
    NODE_NAME,
    FlavorId,
    Name,
    PoolName,
    RunningJobs,
    whole_number,
)
from pulumi_modelarts.specs.wording import Takes, shown

_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_JOB_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_JOB = "3faf5c03-aaa1-4cbe-879d-24b05d997347"


def seconds(duration: str) -> int:
    """Returns a duration in seconds.

    Raises:
        ValueError: It is not of the form "1h30m", "45m" or "90s".
    """
    found = _DURATION.fullmatch(duration)
    if not duration or found is None:
        raise ValueError(f'must be a duration of 0s or more such as "30m", "1h30m" or "90s", got {shown(duration)}')
    hours, minutes, rest = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + rest


def duration(value: object) -> object:
    """Accepts a duration and brings it into its shortest form: "90m" and "1h30m" are the same declaration."""
    if not isinstance(value, str):
        raise ValueError(f'must be a duration of 0s or more such as "30m", "1h30m" or "90s", got {shown(value)}')  # noqa: TRY004 - pydantic takes a ValueError
    whole = seconds(value)
    parts = ((whole // 3600, "h"), (whole % 3600 // 60, "m"), (whole % 60, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0s"


def _job_ids(value: tuple[str, ...]) -> tuple[str, ...]:
    wrong = [
        (index, f"{shown(job)} is not the id of a training job; give its id such as {_JOB!r}")
        for index, job in enumerate(value)
        if not _JOB_ID.fullmatch(job)
    ]
    if wrong:
        raise wrong_inside(wrong)
    return tuple(sorted(set(value)))


Duration = Annotated[str, BeforeValidator(duration)]
NodeName = Annotated[str, Takes("the name of a node", '"os-node-created-mnmcf"')]
JobId = Annotated[str, Takes("the id of a training job", f'"{_JOB}"')]
Cluster = Annotated[Name, Takes("the name of a cluster", '"infer-pool-os-86c13962597848eeb29c5861153a391f"')]


class RolloutSpec(Spec):
    """How nodes are moved.

    Attributes:
        max_unavailable: Nodes that may be away at any time: being drained, on their way, or not yet Available.
        drain: Whether nodes are drained before they move.
        drain_timeout: How long draining may take; with "skip", the wait for training jobs before it too.
        soak: How long to watch between batches.
        on_undrainable: About a node that is not drained in time: "fail" the run, or "skip" it and finish the rest.
    """

    max_unavailable: Annotated[int, BeforeValidator(partial(whole_number, least=1))] = 1
    drain: bool = True
    drain_timeout: Duration = "30m"
    soak: Duration = "0s"
    on_undrainable: Literal["fail", "skip"] = "fail"


class NodeMigrationSpec(Declaration):
    """These nodes live in that pool.

    Attributes:
        nodes: Names of the nodes, in the program's order.
        source_pool: Pool they come from; a node that is in another pool is moved from that one.
        source_cluster: Cluster they come from, where pool ids are not it.
        target_cluster: Cluster they go to, where pool ids are not it.
        target_pool: Pool they live in; the source pool itself only between two of its clusters.
        target_node_pool: Node pool they join; None is the default one of their flavor.
        flavor: Flavor they must have; None takes it from the nodes.
        strategy: How they are moved.
        on_running_jobs: What to do about what runs on them.
        await_jobs: Training jobs that must have ended before anything moves.
        moves: What this run will do to the service, filled in by the provider.
    """

    nodes: Annotated[tuple[NodeName, ...], Takes("a list of names of nodes", '["os-node-created-mnmcf"]')]
    source_pool: PoolName
    source_cluster: Cluster | None = None
    target_cluster: Cluster | None = None
    target_pool: PoolName
    target_node_pool: Annotated[Name | None, Takes("the name of a node pool", '"gold"')] = None
    flavor: FlavorId | None = None
    strategy: Annotated[RolloutSpec, Takes("a Rollout", "Rollout(max_unavailable=2)")] = RolloutSpec()
    on_running_jobs: RunningJobs = "wait"
    await_jobs: Annotated[
        tuple[JobId, ...], AfterValidator(_job_ids), Takes("a list of ids of training jobs", f'["{_JOB}"]')
    ] = ()
    moves: Annotated[Mapping[str, str], Computed] = Field(default_factory=dict)

    identities: ClassVar[tuple[Steps, ...]] = (("nodes",), ("sourcePool",), ("targetPool",))

    @property
    def managed(self) -> NodeMigrationSpec:
        """The same declaration without what is left alone: with nodes or their pool, no node is placed at all."""
        alone = self.left_alone
        if alone.cover("nodes") or alone.cover("targetPool"):
            return self.model_copy(update={"nodes": ()})
        if alone.cover("targetNodePool") or alone.cover("flavor"):
            free = {"target_node_pool": "targetNodePool", "flavor": "flavor"}
            return self.model_copy(update={name: None for name, path in free.items() if alone.cover(path)})
        return self

    def shows(self, key: str, entry: str) -> bool:
        """Returns whether a move would tell a secret node pool or cluster; pools are no secret."""
        del key
        clusters = self.hidden.touch("sourceCluster") or self.hidden.touch("targetCluster")
        return ("/" in entry and self.hidden.touch("targetNodePool")) or (self.between_clusters and clusters)

    @classmethod
    def entries_of(cls, paths: Paths, entries: Mapping[str, str]) -> dict[str, str]:
        """Returns the moves that are about some inputs: each is about all that say where nodes live."""
        places = ("nodes", "targetPool", "targetNodePool", "targetCluster")
        return dict(entries) if any(paths.cover(place) for place in places) else {}

    @property
    def between_clusters(self) -> bool:
        """Whether nodes move between clusters of one pool, the older reading of the API page."""
        return self.source_pool == self.target_pool

    @field_validator("nodes")
    @classmethod
    def _names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("is empty; name the nodes, or remove the resource: that leaves nodes where they are")
        wrong: list[tuple[str | int, str]] = []
        for index, name in enumerate(value):
            if not NODE_NAME.fullmatch(name):
                wrong.append((index, f"{shown(name)} is not the name of a node; {GIVE_A_NODE}"))
            elif name in value[:index]:
                wrong.append((index, f"{name!r} is named twice; name it once"))
        if wrong:
            raise wrong_inside(wrong)
        return value

    @model_validator(mode="after")
    def _leads_somewhere_else(self) -> NodeMigrationSpec:
        if (self.source_cluster is None) != (self.target_cluster is None):
            missing, given = "source_cluster", "target_cluster"
            if self.source_cluster is not None:
                missing, given = given, missing
            reason = f"goes together with {given}: declare both, or neither where the pools' ids are the clusters"
            raise wrong_inside([(missing, reason)])
        if self.between_clusters and self.target_cluster is None:
            reason = (
                f"is needed where source and target pool are one, {self.source_pool!r}, or nothing would move; name "
                "another target_pool; to bring nodes back, name the pool they are in as source_pool; or declare "
                "source_cluster and target_cluster to move nodes between two of its clusters"
            )
            raise wrong_inside([("target_cluster", reason)])
        if self.source_cluster is not None and self.source_cluster == self.target_cluster:
            reason = f"{self.target_cluster!r} is the source cluster too, which the service refuses; name another one"
            raise wrong_inside([("target_cluster", reason)])
        return self

    @field_serializer("nodes")
    def _sorted(self, value: tuple[str, ...]) -> list[str]:
        return sorted(value)
