"""The training job and the algorithm of the documented world.

From the pages: the job's name, code, channels, engine, container and metrics (ShowTrainingJobDetails), and the
algorithm (CreateTrainingJob). Added, from the descriptions of the fields: parameters, environment, visual logs,
volumes, log path, schedule, access, the task of a heterogeneous job, and the node's own accelerator.
"""

from __future__ import annotations

from typing import Any

ALGORITHM = "3f5d6706-7b67-408d-8ba0-ec08048c45ed"
"""Id of an algorithm that training jobs can name."""

_ENGINE = {
    "engine_id": "pytorch-cp36-1.4.0-v2",
    "engine_name": "PyTorch",
    "engine_version": "PyTorch-1.4.0-python3.6-v2",
}


def _parameter(name: str, value: str, kind: str = "String") -> dict[str, Any]:
    constraint = {
        "type": kind,
        "editable": True,
        "required": True,
        "sensitive": False,
        "valid_type": "None",
        "valid_range": [],
    }
    return {"name": name, "value": value, "description": "", "constraint": constraint, "i18n_description": None}


def document(pool: str) -> dict[str, Any]:
    """Document of the job as it is given to the world; the world adds how it is.

    Args:
        pool: Pool that it runs in.
    """
    return {
        "kind": "job",
        "metadata": {
            "name": "trainjob--py14_mem06-108",
            "description": "",
            "workspace_id": "0",
            "user_name": "",
            "annotations": {"fault-tolerance/job-retry-num": "3", "jupyter-lab/enable": "true"},
        },
        "algorithm": {
            "code_dir": "obs://test/economic_test/py_minist/",
            "boot_file": "obs://test/economic_test/py_minist/minist_common.py",
            "parameters": [_parameter("num_epochs", "10", "Integer")],
            "policies": {},
            "inputs": [
                {
                    "name": "data_url",
                    "description": "",
                    "local_dir": "/home/ma-user/modelarts/inputs/data_url_0",
                    "access_method": "parameter",
                    "remote": {"obs": {"obs_url": "/test/data/py_minist/"}},
                    "remote_constraint": [],
                }
            ],
            "outputs": [
                {
                    "name": "train_url",
                    "description": "",
                    "local_dir": "/home/ma-user/modelarts/outputs/train_url_0",
                    "access_method": "parameter",
                    "remote": {"obs": {"obs_url": "/test/train_output/"}},
                }
            ],
            "engine": {**_ENGINE, "install_sys_packages": False},
            "local_code_dir": "/home/ma-user/modelarts/user-job-dir",
            "working_dir": "/home/ma-user/modelarts/user-job-dir/py_minist",
            "environments": {"NCCL_DEBUG": "INFO"},
            "summary": {"log_type": "tensorboard", "log_dir": {"pfs": {"pfs_path": "/test-pfs/summary/"}}},
        },
        "tasks": [_task(pool)],
        "spec": {
            "resource": {
                "policy": "regular",
                "flavor_id": "modelarts.pool.visual.xlarge",
                "flavor_name": "Computing GPU(T4) instance",
                "pool_name": "gpu-pool-os",
                "main_container_allocated_resources": {
                    "cpu_arch": "x86",
                    "cpu_core_num": 5,
                    "mem_size": 44,
                    "accelerator_num": 1,
                    "accelerator_type": "nvidia-t4",
                },
            },
            "volumes": [
                {
                    "nfs": {
                        "nfs_server_path": "192.168.0.82:/",
                        "local_path": "/home/ma-user/nfs/",
                        "read_only": False,
                    }
                }
            ],
            "log_export_path": {"obs_url": "/test/train_log/"},
            "schedule_policy": {"priority": 1, "preemptible": False},
            "custom_metrics": [
                {"exec": {"command": ["cat", "/a/b/c.porm"]}},
                {"http_get": {"path": "/raw_text", "port": 10001}},
            ],
        },
        "endpoints": {"ssh": {"key_pair_names": ["keypair-train"]}},
    }


def _task(pool: str) -> dict[str, Any]:
    return {
        "role": "worker",
        "algorithm": {
            "code_dir": "obs://test/economic_test/py_minist/",
            "boot_file": "obs://test/economic_test/py_minist/minist_common.py",
            "inputs": {
                "name": "data_url",
                "local_dir": "/home/ma-user/modelarts/inputs/data_url_0",
                "remote": {"obs": {"obs_url": "/test/data/py_minist/"}},
            },
            "outputs": {
                "name": "train_url",
                "local_dir": "/home/ma-user/modelarts/outputs/train_url_0",
                "remote": {"obs": {"obs_url": "/test/train_output/"}},
                "mode": "upload_periodically",
                "period": "30s",
            },
            "engine": {**_ENGINE, "v1_compatible": False, "run_user": "1000"},
            "local_code_dir": "/home/ma-user/modelarts/user-job-dir",
            "working_dir": "/home/ma-user/modelarts/user-job-dir/py_minist",
        },
        "task_resource": {
            "pool_id": pool,
            "flavor_id": "modelarts.pool.visual.xlarge",
            "flavor_type": "GPU",
            "flavor_info": {
                "max_num": 1,
                "cpu": {"arch": "x86", "core_num": 8},
                "gpu": {"unit_num": 1, "product_name": "nvidia-t4", "memory": "16GB"},
                "memory": {"size": 32, "unit": "GB"},
            },
        },
        "log_export_path": {"obs_url": "/test/train_log/"},
    }


ALGORITHMS: dict[str, Any] = {
    ALGORITHM: {
        "name": "ttt-obs-gpu",
        "code_dir": "/test/moxingtest-code/",
        "boot_file": "/test/moxingtest-code/test_obs_gpu.py",
        "parameters": [
            _parameter("input_dir", "obs://test/moxingtest-dir/"),
            _parameter("input_file", "obs://test/moxingtest/"),
            _parameter("large_file_method", "1", "Integer"),
        ],
        "engine": {
            "engine_id": "horovod-cp36-tf-1.16.2",
            "engine_name": "Horovod",
            "engine_version": "0.16.2-TF-1.13.1-python3.6",
        },
        "policies": {},
    }
}
"""The algorithm by its id, as jobs of it show it."""
