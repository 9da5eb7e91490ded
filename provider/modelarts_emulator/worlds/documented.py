"""The documented world: the pools, nodes and training job of the API pages, completed so that everything can be tried.

From the pages: the training pool with its metadata, two nodes and zone; the node `os-node-created-mnmcf`; the training
job. Added: the inference pool, the GPU pool with its driver, names of further nodes, and that the job runs.
"""

from __future__ import annotations

from typing import Any

from modelarts_emulator.worlds.flavors import FLAVORS

PROJECT = "86c13962597848eeb29c5861153a391f"
"""Project id, as embedded in the names on the pages."""

TRAIN_POOL = f"auto-pool-os-{PROJECT}"
INFER_POOL = f"infer-pool-os-{PROJECT}"
GPU_POOL = f"gpu-pool-os-{PROJECT}"
NETWORK = f"network-maos-{PROJECT}"
NODE = "os-node-created-mnmcf"
TRAINING_JOB = "3faf5c03-aaa1-4cbe-879d-24b05d997347"

_ANNOTATIONS = {"os.modelarts/description": "", "os.modelarts/billing.mode": "0"}

_TRAINING_JOB: dict[str, Any] = {
    "kind": "job",
    "metadata": {
        "id": TRAINING_JOB,
        "name": "trainjob--py14_mem06-108",
        "description": "",
        "workspace_id": "0",
        "user_name": "",
    },
    "algorithm": {
        "code_dir": "obs://test/economic_test/py_minist/",
        "boot_file": "obs://test/economic_test/py_minist/minist_common.py",
        "inputs": [
            {
                "name": "data_url",
                "local_dir": "/home/ma-user/modelarts/inputs/data_url_0",
                "remote": {"obs": {"obs_url": "/test/data/py_minist/"}},
            }
        ],
        "outputs": [
            {
                "name": "train_url",
                "local_dir": "/home/ma-user/modelarts/outputs/train_url_0",
                "remote": {"obs": {"obs_url": "/test/train_output/"}},
            }
        ],
        "engine": {
            "engine_id": "pytorch-cp36-1.4.0-v2",
            "engine_name": "PyTorch",
            "engine_version": "PyTorch-1.4.0-python3.6-v2",
        },
    },
    "spec": {
        "resource": {
            "flavor_id": "modelarts.pool.visual.xlarge",
            "main_container_allocated_resources": {
                "cpu_arch": "x86",
                "cpu_core_num": 5,
                "mem_size": 44,
                "accelerator_num": 1,
                "accelerator_type": "nvidia-t4",
            },
        },
        "custom_metrics": [
            {"exec": {"command": ["cat", "/a/b/c.porm"]}},
            {"http_get": {"path": "/raw_text", "port": 10001}},
        ],
    },
}

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
            "training_jobs": {
                TRAINING_JOB: {"pool": GPU_POOL, "nodes": ["os-node-created-72w8d"], "document": _TRAINING_JOB}
            },
        }
    },
}
"""The documented world as plain data."""
