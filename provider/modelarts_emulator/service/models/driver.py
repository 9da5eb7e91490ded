"""The accelerator driver of a pool and its upgrades."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["gpu", "npu"]
VERSION_FIELDS: dict[str, str] = {"gpu": "gpuVersion", "npu": "npuVersion"}
NEVER = float("inf")


@dataclass
class Driver:
    """Driver of one kind of accelerator in one pool.

    Attributes:
        version: Version that the nodes run until a pending upgrade has ended.
        target: Version of the last upgrade; equal to `version` when there was none.
        strategy: force or idle.
        requested_at: When the last upgrade was asked for; None when there was none.
        ends_at: When it ends; None while an idle upgrade still waits for training jobs.
        outcome: State in which it ends: Running or Abnormal.
        upgrades: How many upgrades were asked for.
    """

    version: str
    target: str
    strategy: str = "force"
    requested_at: float | None = None
    ends_at: float | None = None
    outcome: str = "Running"
    upgrades: int = 0

    @property
    def is_waiting(self) -> bool:
        """True while an idle upgrade waits for jobs to end."""
        return self.requested_at is not None and self.ends_at is None

    def is_upgrading(self, now: float) -> bool:
        """True from the request until the upgrade has ended, the wait for jobs included."""
        return self.requested_at is not None and now < (NEVER if self.ends_at is None else self.ends_at)

    def version_at(self, now: float) -> str:
        """Version the nodes run at this moment; an upgrade that ends abnormal leaves the old one."""
        done = self.requested_at is not None and not self.is_upgrading(now)
        return self.target if done and self.outcome == "Running" else self.version

    def state_at(self, now: float) -> str:
        """`status.driver.*.state` at this moment."""
        if self.is_upgrading(now):
            return "Upgrading"
        return self.outcome

    def node_phase_at(self, now: float) -> str:
        """`status.driver.phase` of the pool's nodes at this moment."""
        if self.is_upgrading(now):
            return "Pending" if self.is_waiting else "Updating"
        return self.outcome

    def upgraded(self, target: str, strategy: str, now: float) -> Driver:
        """The driver after a request for another version; a request that is still pending is replaced (assumed)."""
        return Driver(self.version_at(now), target, strategy, requested_at=now, upgrades=self.upgrades + 1)
