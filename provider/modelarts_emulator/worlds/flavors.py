"""Flavors of the documented world. Ids stand on the API pages, save the Ascend one; sizes are assumed from the ids."""

from __future__ import annotations

from typing import Any

ZONES = {"cn-north-7a": "normal", "cn-north-7b": "normal", "cn-north-7c": "normal"}


def _flavor(cpu: int, memory: int, **accelerator: dict[str, Any]) -> dict[str, Any]:
    arch = "arm64" if "npu" in accelerator else "x86"
    return {"cpuArch": arch, "cpu": str(cpu), "memory": f"{memory}Gi", **accelerator, "zones": dict(ZONES)}


FLAVORS: dict[str, dict[str, Any]] = {
    "modelarts.vm.cpu.4ud": _flavor(4, 16),
    "modelarts.vm.cpu.8ud": _flavor(8, 32),
    "modelarts.vm.cpu.16u64g.d": _flavor(16, 64),
    "modelarts.vm.gpu.t4u8": _flavor(8, 32, gpu={"type": "nvidia-t4", "size": 1, "memory": "16Gi"}),
    "modelarts.vm.gpu.tnt004": _flavor(8, 32, gpu={"type": "nvidia-t4", "size": 1, "memory": "16Gi"}),
    "modelarts.bm.npu.arm.8snt9b": _flavor(192, 1536, npu={"type": "ascend-snt9", "size": 8, "memory": "64Gi"}),
}
