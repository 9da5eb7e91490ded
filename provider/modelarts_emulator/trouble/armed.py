"""A rule with what it has done so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from modelarts_emulator.trouble.fault import Fault


class Armed(NamedTuple):
    """A rule with its counts.

    Attributes:
        number: Number of the rule.
        fault: The rule.
        seen: Requests that matched so far, while it was active and not spent.
        hits: Requests it fired on; of a throttle, those it refused.
        armed_at: Virtual time from which its window counts, in seconds since 1970.
    """

    number: int
    fault: Fault
    seen: int
    hits: int
    armed_at: float

    @property
    def passes(self) -> int:
        """Requests that matched and that it let pass."""
        return self.seen - self.hits

    @property
    def left(self) -> int | None:
        """How often it will still fire; None where there is no end to that."""
        return None if self.fault.limit is None else self.fault.limit - self.hits

    @property
    def has_fired(self) -> bool:
        """True when it fired as often as it was armed for, which without an end is once."""
        return self.hits >= (self.fault.limit or 1)

    def is_active(self, now: float) -> bool:
        """True inside its window."""
        begin = self.armed_at + self.fault.starts_in
        return begin <= now and (self.fault.lasts is None or now < begin + self.fault.lasts)

    def document(self) -> dict[str, Any]:
        """Plain data for the control API."""
        counts = {"seen": self.seen, "hits": self.hits, "passes": self.passes}
        return {"number": self.number, **counts, "armed_at": self.armed_at, "fault": self.fault.document()}
