"""The documented world: the pools, nodes and training job of the API pages, completed so that everything can be tried.

From the pages: the training pool with its metadata, two nodes and zone; the node `os-node-created-mnmcf`; the training
job. Added: the inference pool, the GPU pool with its driver, names of further nodes, and that the job runs.
"""

from __future__ import annotations

from typing import Any

from modelarts_emulator.worlds.documented_training_job import ALGORITHMS, document
from modelarts_emulator.worlds.flavors import FLAVORS

PROJECT = "86c13962597848eeb29c5861153a391f"
"""Project id, as embedded in the names on the pages."""

TRAIN_POOL = f"auto-pool-os-{PROJECT}"
"""Id of the pool for training in the documented world."""

INFER_POOL = f"infer-pool-os-{PROJECT}"
"""Id of the pool for inference."""

GPU_POOL = f"gpu-pool-os-{PROJECT}"
"""Id of the pool with GPUs."""

NETWORK = f"network-maos-{PROJECT}"
"""Id of the network that the pools are in."""

NODE = "os-node-created-mnmcf"
"""Name of a node of the pool for training."""

TRAINING_JOB = "3faf5c03-aaa1-4cbe-879d-24b05d997347"
"""Id of the training job."""


TRAINING_JOB_DOCUMENT = document(GPU_POOL)
"""What the training job shows of itself."""

_ANNOTATIONS = {"os.modelarts/description": "", "os.modelarts/billing.mode": "0"}

WORLD: dict[str, Any] = {
    "flavors": FLAVORS,
    "projects": {
        PROJECT: {
            "pools": {
                TRAIN_POOL: {
                    "created": "2022-09-16T03:10:40Z",
                    "resource_id": "maos-auto-pool-os-72w8d",
                    "annotations": {**_ANNOTATIONS, "os.modelarts/external-access": "elb"},
                    "network": NETWORK,
                    "scope": ["Train", "Infer"],
                    "zone": "cn-north-7c",
                    "resources": [
                        {
                            "flavor": "modelarts.vm.cpu.4ud",
                            "count": 2,
                            "extendParams": {"dockerBaseSize": "50"},
                            "futureField": {"kept": True},
                        }
                    ],
                    "spec": {"futureSpec": "kept"},
                    "nodes": {NODE: {}, "os-node-created-k9x2v": {}},
                },
                INFER_POOL: {
                    "created": "2022-09-20T08:00:00Z",
                    "annotations": _ANNOTATIONS,
                    "network": NETWORK,
                    "scope": ["Infer"],
                    "zone": "cn-north-7c",
                    "resources": [{"flavor": "modelarts.vm.cpu.4ud", "count": 2}],
                    "nodes": {"os-node-created-b7f3q": {}, "os-node-created-w4l2n": {}},
                },
                GPU_POOL: {
                    "created": "2023-11-01T03:49:41Z",
                    "annotations": _ANNOTATIONS,
                    "network": NETWORK,
                    "scope": ["Train"],
                    "zone": "cn-north-7c",
                    "driver": {"gpuVersion": "440.33"},
                    "resources": [{"flavor": "modelarts.vm.gpu.t4u8", "count": 2, "maxCount": 2}],
                    "nodes": {"os-node-created-72w8d": {}, "os-node-created-p5ed5": {}},
                },
            },
            "algorithms": ALGORITHMS,
            "training_jobs": {
                TRAINING_JOB: {
                    "pool": GPU_POOL,
                    "nodes": ["os-node-created-72w8d"],
                    "document": TRAINING_JOB_DOCUMENT,
                }
            },
        }
    },
}
"""The documented world as plain data."""
