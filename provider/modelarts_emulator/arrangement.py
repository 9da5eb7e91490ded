"""What a test wants its emulator to be like, and whether it got what it armed."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelarts_emulator.emulator import Emulator
from modelarts_emulator.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from modelarts_emulator.signing import Credentials


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
        world = _read(self.world) if isinstance(self.world, str | Path) else self.world
        rules = [rule if isinstance(rule, Fault) else Fault.parse(rule) for rule in self.faults]
        emulator = Emulator(clock=self.clock, world=world, seed=self.seed, credentials=self.credentials)
        try:
            for rule in rules:
                emulator.faults.arm(rule)
        except ValueError:
            emulator.close()
            raise
        return emulator


def refuse_unfired(emulator: Emulator) -> None:
    """Fail when a rule has not fired as often as it was armed for: the test did not meet what it prepared.

    Raises:
        AssertionError: With these rules.
    """
    if unfired := emulator.faults.unfired():
        raise AssertionError("armed faults that never fired: " + "; ".join(map(str, unfired)))


def _read(path: str | Path) -> Mapping[str, Any]:
    # By name and on demand: reading YAML takes a library that plain data does without.
    world: Mapping[str, Any] = importlib.import_module("modelarts_emulator.worlds.files").read_world(Path(path))
    return world
