"""Programs about the pools of the documented world."""

from __future__ import annotations

from typing import Any

from modelarts_emulator import TRAIN_POOL

CPU = "modelarts.vm.cpu.4ud"
GPU = "modelarts.vm.gpu.t4u8"
JOB = "7a0e3c5e-0f5b-4f0e-9a60-2f1c5d3b8e11"


def train(count: int, **inputs: Any) -> dict[str, Any]:
    """Declare the training pool of the API pages; numbers arrive as floats, as from the engine."""
    return {"poolName": TRAIN_POOL, "flavors": {CPU: float(count)}, **inputs}
