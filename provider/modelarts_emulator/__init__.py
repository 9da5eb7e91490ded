"""An emulator of Huawei Cloud ModelArts resource pools.

from modelarts_emulator import Emulator

emulator = Emulator()
client = httpx.Client(base_url="https://modelarts.example.com", transport=emulator.transport())
"""

from modelarts_emulator.emulator import Emulator
from modelarts_emulator.exceptions import (
    DefectError,
    ImpossibleWorldError,
    LockedFileError,
    UnreadableFileError,
    UnsupportedFileError,
    UnsupportedSnapshotError,
)
from modelarts_emulator.faults import Fault, Outcome
from modelarts_emulator.messages import Request, Response
from modelarts_emulator.signing import Credentials
from modelarts_emulator.worlds.documented import GPU_POOL, INFER_POOL, NETWORK, NODE, PROJECT, TRAIN_POOL, TRAINING_JOB
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
    "Emulator",
    "Fault",
    "ImpossibleWorldError",
    "LockedFileError",
    "Outcome",
    "Request",
    "Response",
    "UnreadableFileError",
    "UnsupportedFileError",
    "UnsupportedSnapshotError",
    "read_world",
]
