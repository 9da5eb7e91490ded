"""Settings that choose how this package works, apart from where the service is and who asks; and keys that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api import spelling
from pulumi_modelarts.api.embedded import problem_of_clock
from pulumi_modelarts.api.sources import OWN, OWN_KEYS, cut, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pulumi_modelarts.api.sources import Sources

SWITCHES: Final[Mapping[str, bool]] = {"live preview": True, "claim": False}
"""What is true or false, with what it is where nobody says."""
NUMBERS: Final[Mapping[str, int]] = {
    "workers": 1,
    "most growth": 0,
    "most scale-in": 0,
    "most bought": 0,
    "most removed": 0,
}
"""What is a whole number, with the least that it can be."""

NO_REASONS: Final = frozenset({"0", "1", "false", "true", "no", "yes", "off", "on", "none"})
"""What says whether, and not why."""

LONGEST_NUMBER: Final = 9
"""Digits: no fleet has a thousand million nodes, and no computer reads a number of any length."""


def switch(sources: Sources, what: str) -> bool:
    """Whether something is wanted; `sources` remembers what is neither true nor false."""
    found = sources.find(what)
    if found is None:
        return SWITCHES[what]
    if found.lower() not in {"true", "false"}:
        sources.reject(what, f"is {shortened(found)}; set it to true or false")
    return found.lower() == "true"


def number(sources: Sources, what: str) -> int | None:
    """A whole number; None where there is none. An explicit provider's numbers arrive as `8.0`."""
    found, least = sources.find(what), NUMBERS[what]
    if found is None:
        return None
    digits = found.removesuffix(".0")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER and int(digits) >= least):
        sources.reject(what, f"is {shortened(found)}; set it to a whole number of {least} or more")
        return None
    return int(digits)


def freeze(sources: Sources) -> str:
    """Why nothing may change; empty where it may. `sources` remembers what is no reason: is it meant to be lifted?"""
    found = sources.find("freeze") or ""
    if found.lower() in NO_REASONS:
        sources.reject("freeze", f"is {shortened(found)}, which is no reason; say why nothing may change, or unset it")
    return cut(found)


def clock(sources: Sources) -> str | None:
    """The clock of the embedded emulator; None leaves it as its file says."""
    found = sources.find("emulator clock")
    if found is not None and (problem := problem_of_clock(found)):
        sources.reject("emulator clock", problem)
    return found


def refuse_unusable(sources: Sources) -> None:
    """Have `sources` remember everything of this that cannot be used, for who wants to know that alone."""
    for what in SWITCHES:
        switch(sources, what)
    for what in NUMBERS:
        number(sources, what)
    freeze(sources)
    clock(sources)


def refuse_misspelt(sources: Sources, keys: Iterable[str]) -> None:
    """Have the keys refused that are nearly one of our settings: they would be without effect, and nobody would know.

    Args:
        sources: remembers them.
        keys: all keys that are set.
    """
    for key in _unknown(keys):
        if near := _meant(key):
            sources.reject_key(key, f"is no setting of pulumi-modelarts; did you mean {near}?")


def without_effect(keys: Iterable[str]) -> list[str]:
    """A warning for each key of ours that is no setting, and that none can be meant by."""
    names = ", ".join(key.removeprefix(OWN) for key in sorted(OWN_KEYS))
    return [
        f"{key} is no setting of pulumi-modelarts and has no effect. Remove it; what the program reads is better kept "
        f"under a name of its own, such as app:{key.removeprefix(OWN)}. There are, under {OWN}, {names}."
        for key in _unknown(keys)
        if _meant(key) is None
    ]


def _meant(key: str) -> str | None:
    """The setting that a key was probably meant to be; what all of them begin with makes none alike."""
    near = spelling.meant(key.removeprefix(OWN), [own.removeprefix(OWN) for own in OWN_KEYS])
    return None if near is None else OWN + near


def _unknown(keys: Iterable[str]) -> list[str]:
    return sorted(key for key in keys if key.startswith(OWN) and key not in OWN_KEYS)
