"""Resource pools: what they look like. How to ask for them is in `resource_pools`.

Documented: ListPools, ShowPool, PatchPool.
"""

from __future__ import annotations

from typing import Any, Final

from pydantic import Field

from pulumi_modelarts.api import pool_tag
from pulumi_modelarts.api.wire import Wire

DISPLAY_NAME: Final = "os.modelarts/name"
ORDER_NAME: Final = "os.modelarts/order.name"
WORKSPACE_ID: Final = "os.modelarts/workspace.id"
NODE_PREFIX: Final = "os.modelarts/node.prefix"
DESCRIPTION: Final = "os.modelarts/description"
BILLING_MODE: Final = "os.modelarts/billing.mode"
PREPAID: Final = "1"
DELETING: Final = "Deleting"
"""Phase of a pool on its way out."""


class AzCount(Wire):
    """Nodes of one availability zone."""

    az: str = ""
    count: int = 0


class CreatingStep(Wire):
    """How many nodes come at once, for flavors that are ordered by cabinet or supernode."""

    step: int = 0
    type: str = ""


class FlavorCount(Wire):
    """Nodes of one kind in one state.

    Attributes:
        flavor: flavor id.
        count: nodes.
        azs: the same, by availability zone.
        node_pool: empty for the flavor's default node pool.
        creating_step: None for flavors ordered by the node.
    """

    flavor: str = ""
    count: int = 0
    azs: list[AzCount] = Field(default_factory=list)
    node_pool: str = ""
    creating_step: CreatingStep | None = None

    @property
    def effective_node_pool(self) -> str:
        """The node pool, by the name its nodes have it (observed by others: an empty one is `{flavor}-default`)."""
        return self.node_pool or f"{self.flavor}-default"


class EntryTag(Wire):
    """A tag of the cloud."""

    key: str = ""
    value: str = ""


class ResourceEntry(FlavorCount):
    """An entry of `spec.resources`: how many nodes of one kind the pool should have.

    Attributes:
        max_count: equal to `count` in a dedicated pool (documented: CreatePool).
        tags: of the cloud, for the nodes of this entry (documented: CreatePool).
    """

    max_count: int | None = None
    tags: list[EntryTag] = Field(default_factory=list)


class Network(Wire):
    """The network a pool is in.

    Attributes:
        name: the network's id.
    """

    name: str = ""


class DriverSpec(Wire):
    """The driver versions a pool should have.

    Attributes:
        update_strategy: `force`, or `idle` to wait for the jobs on a node.
    """

    gpu_version: str = ""
    npu_version: str = ""
    update_strategy: str = ""


class PoolSpec(Wire):
    """What a pool should be.

    Attributes:
        type: `Dedicate` or `Logical`.
        scope: of `Train`, `Infer`, `Notebook`.
        control_mode: bits of what the account may not do: 1 to prepaid, 2 change flavors, 4 use, 8 and 16 frozen.
    """

    type: str = ""
    scope: list[str] = Field(default_factory=list)
    resources: list[ResourceEntry] = Field(default_factory=list)
    network: Network = Network()
    job_flavors: list[str] = Field(default_factory=list)
    driver: DriverSpec | None = None
    control_mode: int = 0


class PoolMetadata(Wire):
    """Name, labels and annotations.

    Attributes:
        creation_timestamp: when it was asked for, such as `2022-09-16T03:10:40Z`.
        deletion_timestamp: when its deletion was asked for; empty while nobody has.
    """

    name: str
    creation_timestamp: str = ""
    deletion_timestamp: str = ""
    labels: dict[str, Any] = Field(default_factory=dict)
    annotations: dict[str, Any] = Field(default_factory=dict)


class PoolResources(Wire):
    """Nodes by state. While a pool scales its phase stays as it was, and this shows the progress."""

    creating: list[FlavorCount] = Field(default_factory=list)
    available: list[FlavorCount] = Field(default_factory=list)
    abnormal: list[FlavorCount] = Field(default_factory=list)
    deleting: list[FlavorCount] = Field(default_factory=list)


class ScopeStatus(Wire):
    """How far a scope is.

    Attributes:
        scope_type: `Train`, `Infer` or `Notebook`.
        state: `Enabling`, `Enabled`, `EnableFailed`, `Disabling` or `Disabled`.
    """

    scope_type: str = ""
    state: str = ""
    message: str = ""


class DriverState(Wire):
    """How far a driver is.

    Attributes:
        version: the version that is there.
        state: `Creating`, `Upgrading`, `Running` or `Abnormal`.
    """

    version: str = ""
    state: str = ""


class DriverStatus(Wire):
    """The drivers of a pool; None for hardware it does not have."""

    gpu: DriverState | None = None
    npu: DriverState | None = None


class PoolStatus(Wire):
    """What a pool is. A pool just made has no phase yet."""

    phase: str = ""
    message: str = ""
    resources: PoolResources = PoolResources()
    scope: list[ScopeStatus] = Field(default_factory=list)
    driver: DriverStatus = DriverStatus()


class ResourcePool(Wire):
    """A resource pool."""

    metadata: PoolMetadata
    spec: PoolSpec = PoolSpec()
    status: PoolStatus = PoolStatus()

    @property
    def name(self) -> str:
        """The pool's id, as in addresses; not the name it was given."""
        return self.metadata.name

    @property
    def display_name(self) -> str:
        """The name it was given."""
        return self.label(DISPLAY_NAME)

    @property
    def phase(self) -> str:
        """`Running`, `Creating`, `Abnormal`, …; empty for a pool just made."""
        return self.status.phase

    @property
    def deleting(self) -> bool:
        """Whether its deletion was asked for: the example of DeletePool answers a moment, and the phase of before."""
        return self.phase == DELETING or bool(self.metadata.deletion_timestamp)

    @property
    def description(self) -> str:
        """What somebody wrote about it."""
        return self.annotation(DESCRIPTION)

    @property
    def tags(self) -> dict[str, str] | None:
        """Values by key; None if what the service says of them is not understood."""
        return pool_tag.parse(self.annotation(pool_tag.ANNOTATION))

    @property
    def billing_mode(self) -> str:
        """`0` pay-per-use, `1` prepaid; empty if the service does not say."""
        return self.annotation(BILLING_MODE)

    @property
    def prepaid(self) -> bool:
        """Whether it was paid for a period."""
        return self.billing_mode == PREPAID

    @property
    def order_name(self) -> str:
        """The last order that changed its nodes; empty if there was none."""
        return self.label(ORDER_NAME)

    @property
    def workspace_id(self) -> str:
        """The workspace it belongs to."""
        return self.label(WORKSPACE_ID)

    @property
    def node_prefix(self) -> str:
        """How the names of its nodes begin; empty for the service's own prefix."""
        return self.label(NODE_PREFIX)

    @property
    def entries(self) -> list[ResourceEntry]:
        """What it should have, by kind of node."""
        return self.spec.resources

    def label(self, name: str) -> str:
        """A label's text; empty if it has none."""
        return str(self.metadata.labels.get(name) or "")

    def annotation(self, name: str) -> str:
        """An annotation's text; empty if it has none."""
        return str(self.metadata.annotations.get(name) or "")
