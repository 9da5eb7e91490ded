"""What a case finds on an emulator: its world, and the names of what is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.manifest.matching import filled
from modelarts_emulator.service.models.merge_patch import merge_patch
from modelarts_emulator.worlds.documented import GPU_POOL, INFER_POOL, NETWORK, PROJECT, TRAIN_POOL, TRAINING_JOB, WORLD

if TYPE_CHECKING:
    from modelarts_emulator.manifest.case import Case

NAMES: dict[str, Any] = {
    "train": TRAIN_POOL,
    "infer": INFER_POOL,
    "gpu": GPU_POOL,
    "network": NETWORK,
    "job": TRAINING_JOB,
    "cpu": "modelarts.vm.cpu.4ud",
    "cpu8": "modelarts.vm.cpu.8ud",
    "t4": "modelarts.vm.gpu.t4u8",
    "npu": "modelarts.bm.npu.arm.8snt9b",
    "train1": "os-node-created-mnmcf",
    "train2": "os-node-created-k9x2v",
    "infer1": "os-node-created-b7f3q",
    "infer2": "os-node-created-w4l2n",
    "gpu1": "os-node-created-72w8d",
    "gpu2": "os-node-created-p5ed5",
    "zone": "cn-north-7c",
}
"""Names of what is in the documented world, by the name that a case uses: pools, their nodes, and so on."""

NOWHERE = "missing-5f2b8c"


def account_of(project: str) -> dict[str, Any]:
    """Names of what is nowhere: `nothing`, and `no_pool` for a pool or network."""
    return {"nothing": NOWHERE, "no_pool": f"{NOWHERE}-{project}", "no_job": "00000000-0000-4000-8000-000000000000"}


def world_of(case: Case, names: dict[str, Any]) -> dict[str, Any]:
    """World in which an emulator begins."""
    patched = merge_patch(WORLD, filled(case.world, names))
    project = merge_patch(patched["projects"].get(PROJECT, {}), filled(case.project, names))
    return {**patched, "projects": {**patched["projects"], PROJECT: project}}
