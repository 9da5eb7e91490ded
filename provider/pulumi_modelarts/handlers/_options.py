"""How this package works, apart from where the service is and who asks: the other half of the settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api import spelling
from pulumi_modelarts.api.sources import OWN, OWN_KEYS, shortened
from pulumi_modelarts.handlers._sessions import problem_of_clock
from pulumi_modelarts.handlers._trace import trace_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pulumi_modelarts.api.sources import Sources
    from pulumi_modelarts.api.trace_file import TraceFile

DEFAULT_WORKERS: Final = 64

LONGEST_NUMBER: Final = 9
"""Digits: no fleet has a thousand million nodes, and no computer reads a number of any length."""


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
    """

    live_preview: bool = True
    workers: int = DEFAULT_WORKERS
    emulator_clock: str | None = None
    max_growth: int | None = None
    max_scale_in: int | None = None
    claim: bool = False
    trace: TraceFile | None = None

    @classmethod
    def read(cls, sources: Sources) -> Options:
        """Reads them; `sources` remembers what cannot be used, and the default stands in its place."""
        workers = _number(sources, "workers", least=1)
        return cls(
            live_preview=_switch(sources, "live preview", default=True),
            workers=DEFAULT_WORKERS if workers is None else workers,
            emulator_clock=_clock(sources),
            max_growth=_number(sources, "most growth", least=0),
            max_scale_in=_number(sources, "most scale-in", least=0),
            claim=_switch(sources, "claim", default=False),
            trace=trace_of(sources),
        )


def refuse_misspelt(sources: Sources, keys: Iterable[str]) -> None:
    """Has the keys refused that are nearly one of our settings: they would be without effect, and nobody would know.

    Args:
        sources: Remembers them.
        keys: All keys that are set.
    """
    for key in _unknown(keys):
        if near := _meant(key):
            sources.reject_key(key, f"is no setting of pulumi-modelarts; did you mean {near}?")


def without_effect(keys: Iterable[str]) -> list[str]:
    """Returns a warning for each key of ours that is no setting, and that none can be meant by."""
    names = ", ".join(key.removeprefix(OWN) for key in sorted(OWN_KEYS))
    return [
        f"{key} is no setting of pulumi-modelarts and has no effect. Remove it; what the program reads is better kept "
        f"under a name of its own, such as app:{key.removeprefix(OWN)}. There are, under {OWN}, {names}."
        for key in _unknown(keys)
        if _meant(key) is None
    ]


def _meant(key: str) -> str | None:
    """Returns the setting that a key was probably meant to be; what all of them begin with makes none alike."""
    near = spelling.meant(key.removeprefix(OWN), [own.removeprefix(OWN) for own in OWN_KEYS])
    return None if near is None else OWN + near


def _unknown(keys: Iterable[str]) -> list[str]:
    return sorted(key for key in keys if key.startswith(OWN) and key not in OWN_KEYS)


def _switch(sources: Sources, what: str, *, default: bool) -> bool:
    found = sources.find(what)
    if found is None:
        return default
    if found.lower() not in {"true", "false"}:
        sources.reject(what, f"is {shortened(found)}; set it to true or false")
    return found.lower() == "true"


def _clock(sources: Sources) -> str | None:
    found = sources.find("emulator clock")
    if found is not None and (problem := problem_of_clock(found)):
        sources.reject("emulator clock", problem)
    return found


def _number(sources: Sources, what: str, *, least: int) -> int | None:
    """Returns a whole number; None where there is none. An explicit provider's numbers arrive as `8.0`."""
    found = sources.find(what)
    if found is None:
        return None
    digits = found.removesuffix(".0")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER and int(digits) >= least):
        sources.reject(what, f"is {shortened(found)}; set it to a whole number of {least} or more")
        return None
    return int(digits)
