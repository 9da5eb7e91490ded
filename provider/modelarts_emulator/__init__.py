"""An emulator of Huawei Cloud ModelArts resource pools.

from modelarts_emulator import Emulator

emulator = Emulator()
client = httpx.Client(base_url="https://modelarts.example.com", transport=emulator.transport())
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from modelarts_emulator.emulator import Emulator
    from modelarts_emulator.messages import Request, Response
    from modelarts_emulator.state.clock import parse_mode
    from modelarts_emulator.state.errors import (
        DefectError,
        DefectWarning,
        ImpossibleWorldError,
        LockedFileError,
        UnreadableFileError,
        UnsupportedFileError,
        UnsupportedSnapshotError,
    )
    from modelarts_emulator.testing.mock import mock_modelarts
    from modelarts_emulator.trouble import Fault, Outcome, Throttle
    from modelarts_emulator.wire.signing import Credentials
    from modelarts_emulator.worlds.documented import (
        GPU_POOL,
        INFER_POOL,
        NETWORK,
        NODE,
        PROJECT,
        TRAIN_POOL,
        TRAINING_JOB,
    )
    from modelarts_emulator.worlds.files import read_world

__all__ = [
    "GPU_POOL",
    "INFER_POOL",
    "NETWORK",
    "NODE",
    "PROJECT",
    "TRAINING_JOB",
    "TRAIN_POOL",
    "Credentials",
    "DefectError",
    "DefectWarning",
    "Emulator",
    "Fault",
    "ImpossibleWorldError",
    "LockedFileError",
    "Outcome",
    "Request",
    "Response",
    "Throttle",
    "UnreadableFileError",
    "UnsupportedFileError",
    "UnsupportedSnapshotError",
    "mock_modelarts",
    "parse_mode",
    "read_world",
]

_HOMES = {
    "emulator": ("Emulator",),
    "state.clock": ("parse_mode",),
    "state.errors": (
        *("DefectError", "DefectWarning", "ImpossibleWorldError", "LockedFileError", "UnreadableFileError"),
        *("UnsupportedFileError", "UnsupportedSnapshotError"),
    ),
    "trouble": ("Fault", "Outcome", "Throttle"),
    "messages": ("Request", "Response"),
    "testing.mock": ("mock_modelarts",),
    "wire.signing": ("Credentials",),
    "worlds.documented": ("GPU_POOL", "INFER_POOL", "NETWORK", "NODE", "PROJECT", "TRAINING_JOB", "TRAIN_POOL"),
    "worlds.files": ("read_world",),
}


if not TYPE_CHECKING:  # a type checker that saw it would let every name pass

    def __getattr__(name: str) -> Any:
        """Import a name when it is asked for: pytest imports this package wherever it is installed."""
        for home, names in _HOMES.items():
            if name in names:
                value = getattr(importlib.import_module(f"{__name__}.{home}"), name)
                globals()[name] = value
                return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """What can be imported from here."""
    return sorted({*globals(), *__all__})
