"""What a plan may lack.

Most plans need the pools and nothing else. A plan names the facts that it lacks; whoever executes it reads them and
plans again, so that a preview at rest costs no more calls than it has to.
"""

from __future__ import annotations

from enum import Enum


class Fact(Enum):
    """Something about the service that only some plans need; in the order in which facts are read."""

    ORDER = "whether an order of the pool is unfinished"
    NODES = "the nodes of the pool"
    ELSEWHERE = "the nodes of all other pools"
    MIGRATING = "which nodes are being moved"
    WORK = "what runs on the nodes"
    ARRIVALS = "the flavors of nodes that migrations bring"
    OFFERED = "the flavors that the service offers"
    ADDRESSES = "the free addresses of the pool's network"
    AWAITED = "whether the awaited training jobs exist"
    ARCHITECTURES = "the CPU architecture of each flavor"
    MAY_SHOW_POOL = "whether this user may show the pool, as a run does before it writes"
    MAY_SHOW_ORDER = "whether this user may show an order of the pool, as a run does while the pool grows"
    IN_NETWORK = "the pools in a network"
    MOST_NETWORKS = "how many networks the project may have"
    MAY_SHOW_NETWORK = "whether this user may show the network, as a run does before it writes"
