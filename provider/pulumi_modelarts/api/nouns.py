"""The nouns of the API, one attribute each, loaded when they are first asked for: most runs ask for one or two."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pulumi_modelarts.api.service import Service

if TYPE_CHECKING:
    from pulumi_modelarts.api.job import Jobs
    from pulumi_modelarts.api.network import Networks
    from pulumi_modelarts.api.node_migration import NodeMigrations
    from pulumi_modelarts.api.nodes import Nodes
    from pulumi_modelarts.api.order import Orders
    from pulumi_modelarts.api.pool_tag import PoolTags
    from pulumi_modelarts.api.resource_flavor import ResourceFlavors
    from pulumi_modelarts.api.resource_pools import ResourcePools
    from pulumi_modelarts.api.training_jobs import TrainingJobs
    from pulumi_modelarts.api.user_config import UserConfigs
    from pulumi_modelarts.api.workload import Workloads
    from pulumi_modelarts.api.workspace import Workspaces


class Nouns(Service):
    """What can be asked about, by whatever can be asked."""

    @cached_property
    def resource_pools(self) -> ResourcePools:
        """Resource pools: list, get, create, patch, delete."""
        from pulumi_modelarts.api.resource_pools import ResourcePools  # noqa: PLC0415 - on demand

        return ResourcePools(self)

    @cached_property
    def pool_tags(self) -> PoolTags:
        """Tags of pools: add, delete."""
        from pulumi_modelarts.api.pool_tag import PoolTags  # noqa: PLC0415 - on demand

        return PoolTags(self)

    @cached_property
    def nodes(self) -> Nodes:
        """Nodes of a pool: list, get, drain, delete."""
        from pulumi_modelarts.api.nodes import Nodes  # noqa: PLC0415 - on demand

        return Nodes(self)

    @cached_property
    def orders(self) -> Orders:
        """Orders: get, list."""
        from pulumi_modelarts.api.order import Orders  # noqa: PLC0415 - on demand

        return Orders(self)

    @cached_property
    def jobs(self) -> Jobs:
        """Jobs: get, list."""
        from pulumi_modelarts.api.job import Jobs  # noqa: PLC0415 - on demand

        return Jobs(self)

    @cached_property
    def node_migrations(self) -> NodeMigrations:
        """Node migrations: start."""
        from pulumi_modelarts.api.node_migration import NodeMigrations  # noqa: PLC0415 - on demand

        return NodeMigrations(self)

    @cached_property
    def training_jobs(self) -> TrainingJobs:
        """Training jobs: get, document, tasks, task_addresses, search, running_in, listed_in."""
        from pulumi_modelarts.api.training_jobs import TrainingJobs  # noqa: PLC0415 - on demand

        return TrainingJobs(self)

    @cached_property
    def workspaces(self) -> Workspaces:
        """Workspaces: list, every, quotas."""
        from pulumi_modelarts.api.workspace import Workspaces  # noqa: PLC0415 - on demand

        return Workspaces(self)

    @cached_property
    def resource_flavors(self) -> ResourceFlavors:
        """Resource flavors: every."""
        from pulumi_modelarts.api.resource_flavor import ResourceFlavors  # noqa: PLC0415 - on demand

        return ResourceFlavors(self)

    @cached_property
    def workloads(self) -> Workloads:
        """Workloads of a pool: list."""
        from pulumi_modelarts.api.workload import Workloads  # noqa: PLC0415 - on demand

        return Workloads(self)

    @cached_property
    def networks(self) -> Networks:
        """Networks: every, get, create, delete, free_addresses."""
        from pulumi_modelarts.api.network import Networks  # noqa: PLC0415 - on demand

        return Networks(self)

    @cached_property
    def user_config(self) -> UserConfigs:
        """What a project may have: get."""
        from pulumi_modelarts.api.user_config import UserConfigs  # noqa: PLC0415 - on demand

        return UserConfigs(self)
