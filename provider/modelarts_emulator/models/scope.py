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
        settles_at: When enabling or disabling it ends.
    """

    type: str
    wanted: bool
    settles_at: float

    def state_at(self, now: float) -> str | None:
        """State at this moment; None once it is disabled, because then the list no longer shows it (assumed)."""
        if self.wanted:
            return "Enabled" if now >= self.settles_at else "Enabling"
        return None if now >= self.settles_at else "Disabling"


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
