"""How long things take, and which phase a node has at a given moment.

Phases are never written down: a node row holds moments, and the phase follows from the virtual time. Advancing the
clock therefore costs nothing, and reading cannot change the world.
"""

from __future__ import annotations

from typing import NamedTuple

NODE_PHASE = """CASE
    WHEN deleting_at IS NOT NULL AND deleting_at <= :now THEN 'Deleting'
    WHEN :now >= ready_at THEN iif(breaks_at <= :now AND (mends_at IS NULL OR mends_at > :now), 'Abnormal', 'Available')
    WHEN :now >= checking_at THEN 'Checking'
    ELSE 'Creating' END"""
"""SQL expression for the phase of a visible node; one with moments that are NULL never gets so far."""

NODE_VISIBLE = "(gone_at IS NULL OR gone_at > :now)"
"""SQL condition: the node exists at this moment. Rows stay behind, because orders still tell about them."""

NODE_PRESENT = f"({NODE_VISIBLE} AND (deleting_at IS NULL OR deleting_at > :now))"
"""SQL condition: the node exists and is not on its way out, so it counts towards the pool's size."""

STEPS_OF_SPREAD = 4
STEP_OF_SPREAD = f"(unicode(substr(name, -1)) % {STEPS_OF_SPREAD})"
"""SQL expression for what `Timings.spread_of` multiplies the spread by, from the last character of a node's name."""


class Timings(NamedTuple):
    """Durations in virtual seconds; all of them assumed, as the service publishes none.

    Attributes:
        queue: From an order's creation until it is processed.
        creating: From the order until a new node checks itself.
        checking: A new node's self-check.
        spread: Nodes of one order differ by 0 to 3 times this.
        deleting: From the decision to delete a node until it is gone.
        driver: Upgrade of a pool's driver, once it has started.
        scope: Enabling or disabling a job type.
        migrating: Moving one node to another pool or cluster.
        rebooting: Rebooting the quickest of the nodes of one request.
        starting: From the creation of a training job until it queues for nodes.
        training: How long a training job that was created runs; None: until somebody ends it.
        terminating: Stopping a training job.
        network: Making a network.
        network_deleting: From the request to delete a network until it is gone.
    """

    queue: float = 5.0
    creating: float = 60.0
    checking: float = 15.0
    spread: float = 5.0
    deleting: float = 60.0
    driver: float = 120.0
    scope: float = 20.0
    migrating: float = 40.0
    rebooting: float = 60.0
    starting: float = 10.0
    training: float | None = None
    terminating: float = 15.0
    network: float = 20.0
    network_deleting: float = 10.0

    def spread_of(self, node: str) -> float:
        """How many seconds later than the quickest node of its order the one of this name is."""
        return self.spread * (ord(node[-1]) % STEPS_OF_SPREAD)
