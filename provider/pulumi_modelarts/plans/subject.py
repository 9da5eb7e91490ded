"""What an effect is about: a pool or a network, and a place in a pool, by the names that the service has for them."""

from __future__ import annotations

from dataclasses import dataclass

from pulumi_modelarts.plans.projects import parted


@dataclass(frozen=True, order=True)
class Subject:
    """A pool or a network.

    Attributes:
        id: Its id, or the name that a fleet has for a pool whose id is not known.
        kind: Which of both it is: "pool" or "network".
    """

    id: str
    kind: str = "pool"

    @property
    def project(self) -> str:
        """Id of its project as far as its own id tells; empty where it does not."""
        return parted(self.id)[1]

    @property
    def title(self) -> str:
        """Its id without the project's, for people."""
        return parted(self.id)[0]


@dataclass(frozen=True, order=True)
class Place:
    """Where a node is or goes.

    Attributes:
        pool: The pool.
        part: Its node pool, or its cluster where nodes move between those of one pool; empty for the default one.
    """

    pool: Subject
    part: str = ""
