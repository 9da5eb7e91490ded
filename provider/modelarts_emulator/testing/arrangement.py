"""What a test wants its emulator to be like, and whether it got what it armed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelarts_emulator.emulator import Emulator
from modelarts_emulator.trouble import Fault
from modelarts_emulator.worlds.files import read_world

if TYPE_CHECKING:
    from collections.abc import Iterable

    from modelarts_emulator.wire.signing import Credentials


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """The emulator that a test begins with.

    Attributes:
        clock: Clock setting; None: frozen.
        world: World as plain data, or the path of a world file in JSON or YAML; None: the documented one.
        seed: What generated names and spreads come from; None: what the world says.
        credentials: Whom to accept; None accepts everybody.
        faults: Rules armed from the beginning, as `Fault` or as plain data.
    """

    clock: str | None = None
    world: Mapping[str, Any] | str | Path | None = None
    seed: str | int | None = None
    credentials: Credentials | None = None
    faults: Iterable[Fault | Mapping[str, Any]] = ()

    @classmethod
    def parse(cls, given: Mapping[str, Any]) -> Arrangement:
        """From named values.

        Raises:
            ValueError: An unknown name.
        """
        known = [item.name for item in fields(cls)]
        for name in given:
            if name not in known:
                raise ValueError(f"unknown argument {name!r}, use {', '.join(known)}")
        return cls(**given)

    def emulator(self) -> Emulator:
        """A new emulator in memory.

        Raises:
            ValueError: An unknown clock setting, an impossible world, or a rule that can never fire.
            OSError: The world file cannot be read.
        """
        world = read_world(Path(self.world)) if isinstance(self.world, str | Path) else self.world
        rules = [_rule(given) for given in self.faults]
        emulator = Emulator(clock=self.clock, world=world, seed=self.seed, credentials=self.credentials)
        try:
            for rule in rules:
                emulator.faults.arm(rule)
        except ValueError:
            emulator.close()
            raise
        return emulator


def unfired_faults(emulator: Emulator) -> str:
    """Complaint about rules that have not fired as often as they were armed for; empty when there are none."""
    unfired = emulator.faults.unfired()
    return "armed faults that never fired: " + "; ".join(map(str, unfired)) if unfired else ""


def refuse_unfired(emulator: Emulator) -> None:
    """Fail when a rule did not fire: the test has not met what it prepared.

    Raises:
        AssertionError: With these rules.
    """
    if complaint := unfired_faults(emulator):
        raise AssertionError(complaint)


def _rule(given: object) -> Fault:
    if isinstance(given, Fault):
        return given
    if isinstance(given, Mapping):
        return Fault.parse(given)
    raise ValueError(f"a fault is a Fault or a mapping, not {given!r}")
