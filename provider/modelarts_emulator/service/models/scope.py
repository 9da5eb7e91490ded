"""Job types that a pool takes: each is enabled and disabled in the background."""

from __future__ import annotations

from dataclasses import dataclass

SCOPES = ("Train", "Infer", "Notebook")


@dataclass
class Scope:
    """One job type of one pool.

    Attributes:
        type: Train, Infer or Notebook.
        wanted: True while the pool's spec names it.
        settles_at: When enabling or disabling it ends; None while the making of the pool is stuck.
        fails: True where it is never enabled, as the pool was never made.
    """

    type: str
    wanted: bool
    settles_at: float | None
    fails: bool = False

    def state_at(self, now: float) -> str | None:
        """State at this moment; None once it is disabled, because then the list no longer shows it (assumed)."""
        settled = self.settles_at is not None and now >= self.settles_at
        if self.wanted:
            return ("EnableFailed" if self.fails else "Enabled") if settled else "Enabling"
        return None if settled else "Disabling"


def changed(scopes: list[Scope], wanted: list[str], now: float, duration: float) -> list[Scope]:
    """Scopes after a request for this list: newly named ones are being enabled, dropped ones disabled."""
    known = {scope.type: scope for scope in scopes if scope.state_at(now) is not None}
    result = [
        known[name] if name in known and known[name].wanted else Scope(name, wanted=True, settles_at=now + duration)
        for name in wanted
    ]
    dropped = [scope for scope in known.values() if scope.type not in wanted]
    return result + [
        Scope(scope.type, wanted=False, settles_at=now + duration) if scope.wanted else scope for scope in dropped
    ]
