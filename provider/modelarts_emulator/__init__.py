"""An emulator of Huawei Cloud ModelArts resource pools.

from modelarts_emulator import Emulator

emulator = Emulator()
client = httpx.Client(base_url="https://modelarts.example.com", transport=emulator.transport())
"""

from modelarts_emulator.emulator import Emulator
from modelarts_emulator.exceptions import ImpossibleWorldError, UnsupportedFileError
from modelarts_emulator.faults import Fault, Outcome, Throttle
from modelarts_emulator.messages import Request, Response
from modelarts_emulator.signing import Credentials
from modelarts_emulator.worlds.documented import GPU_POOL, INFER_POOL, NETWORK, NODE, PROJECT, TRAIN_POOL, TRAINING_JOB

__all__ = [
    "GPU_POOL",
    "INFER_POOL",
    "NETWORK",
    "NODE",
    "PROJECT",
    "TRAINING_JOB",
    "TRAIN_POOL",
    "Credentials",
    "Emulator",
    "Fault",
    "ImpossibleWorldError",
    "Outcome",
    "Request",
    "Response",
    "Throttle",
    "UnsupportedFileError",
]
