"""What a run does to one object of the service, in types: what the maps of a preview say, and nothing of Pulumi.

An effect names objects as the service does, by pool, network and node. A resource that is renamed, or moved under
another parent, has the same effects as before.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.plans.changes import value, values

if TYPE_CHECKING:
    from pulumi_modelarts.plans.subject import Place, Subject


class Kind(Enum):
    """What kind of object of the service a resource stands for, by the name of its type."""

    POOL = "ResourcePool"
    NETWORK = "Network"
    MIGRATION = "NodeMigration"
    FLEET = "FleetPlacement"
    SELECTION = "NodeSelection"


@dataclass(frozen=True, order=True)
class Moved:
    """A node is moved.

    Attributes:
        node: Its name.
        source: Where it is.
        target: Where it goes.
    """

    node: str
    source: Place
    target: Place

    @property
    def subject(self) -> Subject:
        """The pool that it leaves."""
        return self.source.pool


@dataclass(frozen=True, order=True)
class Removed:
    """A node is drained and deleted.

    Attributes:
        subject: Its pool.
        node: Its name.
        spare: Whether it stands by for others.
    """

    subject: Subject
    node: str
    spare: bool = False


@dataclass(frozen=True, order=True)
class Counted:
    """A count is changed: nodes are bought, or those removed that are named beside it.

    Attributes:
        subject: The pool.
        flavor: Flavor of the nodes; empty where the input does not say it.
        node_pool: Their node pool; empty for the default one of the flavor.
        zone: Their availability zone; empty where the service chooses.
        before: Nodes that there are when everything has moved.
        after: Nodes that there will be.
    """

    subject: Subject
    flavor: str
    node_pool: str
    zone: str
    before: int
    after: int

    @property
    def bought(self) -> int:
        """Nodes that are bought."""
        return max(0, self.after - self.before)

    @property
    def removed(self) -> int:
        """Nodes that are removed."""
        return max(0, self.before - self.after)


@dataclass(frozen=True, order=True)
class Made:
    """A pool or a network is made.

    Attributes:
        subject: What is made.
        where: The network that a pool is made in; empty for a network, and where the creation has begun before.
        begun: Whether an interrupted run has asked for it already.
    """

    subject: Subject
    where: str = ""
    begun: bool = False


@dataclass(frozen=True, order=True)
class Deleted:
    """A pool that a program has made is deleted with every node in it, or a network.

    Attributes:
        subject: What is deleted.
    """

    subject: Subject


@dataclass(frozen=True, order=True)
class Released:
    """A pool or a network is managed no more, and stays as it is.

    Attributes:
        subject: What is released.
    """

    subject: Subject


@dataclass(frozen=True, order=True)
class TakenOver:
    """A network that is there is managed from now on.

    Attributes:
        subject: The network.
    """

    subject: Subject


@dataclass(frozen=True, order=True)
class Switched:
    """Something else becomes of a pool or a network when its resource goes.

    Attributes:
        subject: The pool or the network.
        before: What became of it, such as `released`.
        after: What becomes of it from now on, such as `deleted with its 3 nodes`.
    """

    subject: Subject
    before: str
    after: str

    @property
    def deletes(self) -> bool:
        """Whether it would be deleted from now on."""
        return self.after.startswith("deleted")


@dataclass(frozen=True, order=True)
class Altered:
    """A driver, a scope, job flavors or a description are changed.

    Attributes:
        subject: The pool.
        field: `driver.gpuVersion`, `driver.npuVersion`, `scope`, `jobFlavors` or `description`.
        before: What it is, as it stands in the map.
        after: What it will be, likewise.
    """

    subject: Subject
    field: str
    before: str
    after: str

    @property
    def values(self) -> tuple[str | frozenset[str] | None, str | frozenset[str] | None]:
        """Both, read: sets of a scope and of job flavors, texts of the rest; None for nothing."""
        if self.field in {"scope", "jobFlavors"}:
            return values(self.before), values(self.after)
        return value(self.before), value(self.after)


@dataclass(frozen=True, order=True)
class Claimed:
    """The mark that says which stack a pool belongs to is changed.

    Attributes:
        subject: The pool.
        before: The stacks that it belonged to, as they stand in the map.
        after: The stack that it belongs to from now on, likewise.
    """

    subject: Subject
    before: str
    after: str


@dataclass(frozen=True, order=True)
class Awaited:
    """A node is awaited, which a migration brings after the run of its pool: a note, for which nothing is sent.

    Attributes:
        subject: The pool that it comes to.
        node: Its name.
    """

    subject: Subject
    node: str


@dataclass(frozen=True, order=True)
class Chosen:
    """A selection chooses a node or drops it: on record alone, nothing is sent.

    Attributes:
        subject: The pool that the node is in.
        node: Its name.
        dropped: Whether it is dropped.
    """

    subject: Subject
    node: str
    dropped: bool = False


@dataclass(frozen=True, order=True)
class Hidden:
    """Something is changed whose values are secret: how much is not known.

    Attributes:
        subject: The pool or the network.
        key: The entry's, as in `flavors.modelarts.vm.cpu.4ud`, or the name of a node that moves.
    """

    subject: Subject
    key: str


@dataclass(frozen=True, order=True)
class Unread:
    """An entry that this version does not know: what it does is not known.

    Attributes:
        subject: The pool or the network.
        key: The entry's key.
        entry: The entry.
    """

    subject: Subject
    key: str
    entry: str


Effect = (
    Moved
    | Removed
    | Counted
    | Made
    | Deleted
    | Released
    | TakenOver
    | Switched
    | Altered
    | Claimed
    | Awaited
    | Chosen
    | Hidden
    | Unread
)
"""One of them; every one has its `subject`."""

NOTES: Final = (Awaited, Chosen, Released, TakenOver)
"""Effects for which no write is sent."""
