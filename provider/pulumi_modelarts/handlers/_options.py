"""How this package works, apart from where the service is and who asks: the other half of the settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api.choices import clock, number, switch
from pulumi_modelarts.handlers._limits import limits_of
from pulumi_modelarts.handlers._trace import trace_of
from pulumi_modelarts.plans.limits import Limits

if TYPE_CHECKING:
    from pulumi_modelarts.api.sources import Sources
    from pulumi_modelarts.api.trace_file import TraceFile

DEFAULT_WORKERS: Final = 64


@dataclass(frozen=True)
class Options:
    """How this package works.

    Attributes:
        live_preview: Whether previews look at the service.
        workers: Calls served at once, and connections to the service.
        emulator_clock: The clock of the embedded emulator, such as `scaled:60`; None leaves it as its file says.
        max_growth: The most that `max_growth` of a pool may be, and what it is where the program says nothing.
        max_scale_in: The most that `max_scale_in` of a pool may be.
        claim: Whether pools are marked as those of the stack that manages them.
        trace: Where requests are written down; None for nowhere.
        limits: What whoever starts a run forbids it, whatever the program says.
    """

    live_preview: bool = True
    workers: int = DEFAULT_WORKERS
    emulator_clock: str | None = None
    max_growth: int | None = None
    max_scale_in: int | None = None
    claim: bool = False
    trace: TraceFile | None = None
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def read(cls, sources: Sources) -> Options:
        """Reads them; `sources` remembers what cannot be used, and the default stands in its place."""
        workers = number(sources, "workers")
        live_preview = switch(sources, "live preview")
        return cls(
            live_preview=live_preview,
            workers=DEFAULT_WORKERS if workers is None else workers,
            emulator_clock=clock(sources),
            max_growth=number(sources, "most growth"),
            max_scale_in=number(sources, "most scale-in"),
            claim=switch(sources, "claim"),
            trace=trace_of(sources),
            limits=limits_of(sources, live_preview=live_preview),
        )
