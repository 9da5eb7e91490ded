"""What is one for all sessions of a project in a process: each session adds its own deadline, and what it may see."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.reconcilers.answers import Answers
from pulumi_modelarts.reconcilers.fleet_board import FleetBoard
from pulumi_modelarts.reconcilers.ledger import Ledger
from pulumi_modelarts.reconcilers.owners import Owners
from pulumi_modelarts.reconcilers.rights import Rights
from pulumi_modelarts.reconcilers.turns import Turns
from pulumi_modelarts.reconcilers.unborn import Unborn

if TYPE_CHECKING:
    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.api.pool_board import PoolBoard


@dataclass
class Shared:
    """What is one for all sessions of a project in this process.

    Attributes:
        board: One listing of all pools for everybody who waits.
        owners: Who manages what.
        fleets: The posted plans of fleets.
        unborn: What resources of this program will make.
        ledger: How many nodes they buy and remove.
        guard: Held while the rest is read or changed.
        turns: Whose turn it is to write to each pool.
        nodes: Nodes of each pool, with the monotonic second at which they were asked for.
        last_write: Number of the last write that may have changed any pool.
        last_writes: Number of the last write to each pool.
        workspaces: Ids of the workspaces that can be seen; None before anybody asked.
        answers: What was answered about what hardly changes.
        lists_workloads: Whether workloads can be listed; True until the service says no.
        rights: What is known of the user's rights.
    """

    board: PoolBoard
    owners: Owners = field(default_factory=Owners)
    fleets: FleetBoard = field(default_factory=FleetBoard)
    unborn: Unborn = field(default_factory=Unborn)
    ledger: Ledger = field(default_factory=Ledger)
    guard: threading.Lock = field(default_factory=threading.Lock)
    turns: defaultdict[str, Turns] = field(default_factory=lambda: defaultdict(Turns))
    nodes: dict[str, tuple[float, tuple[Node, ...]]] = field(default_factory=dict)
    last_write: int = 0
    last_writes: dict[str, int] = field(default_factory=dict)
    workspaces: tuple[str, ...] | None = None
    answers: Answers = field(default_factory=Answers)
    lists_workloads: bool = True
    rights: Rights = field(default_factory=Rights)
