"""Programs under their users' mocks: data sources answer from `call`, and nothing is asked of anybody else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.sources.subjects import SUBJECTS

ROOT = Path(__file__).parents[2]


def test_a_users_unit_tests() -> None:
    """Tokens and arguments are as documented, what an answer lacks has its default, and resources have maps."""
    command = [sys.executable, "-m", "tests.sources.mocked"]

    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)

    questions, resources = map(json.loads, done.stdout.splitlines())
    several = [each.name for each in SUBJECTS if each.items]
    assert questions == {
        "asked": {
            "modelarts:index:getResourcePools": {},
            "modelarts:index:getResourcePool": {"poolName": SUBJECTS[1].arguments["pool_name"]},
            "modelarts:index:getPoolNodes": {"poolName": SUBJECTS[2].arguments["pool_name"], "workloads": True},
            "modelarts:index:getResourceFlavors": {},
            "modelarts:index:getNetworks": {"freeAddresses": True},
            "modelarts:index:getWorkspaces": {"quotas": True},
            "modelarts:index:getWorkloads": {"poolName": SUBJECTS[6].arguments["pool_name"]},
            "modelarts:index:getTrainingJobs": {"poolName": SUBJECTS[7].arguments["pool_name"]},
            "modelarts:index:getTrainingJob": {"jobId": SUBJECTS[8].arguments["job_id"]},
        },
        "pool": {
            "name": "auto-pool-os",
            "counts": {"cpu": 3},
            "node pools": [{"name": "gold", "flavor": "", "count": 2, "azs": {}, "step": 1}],
        },
        "job": ["Running", "open", ""],
        "empty": several,
        "same": [each.name for each in SUBJECTS if each.name != "get_training_job"],
        "asked again": True,
    }
    assert resources == [{}, {}, {}, {}, {}, "auto-pool-os"]


def test_mocks_load_nothing_that_asks() -> None:
    """A unit test pays for no HTTP library, no parser and no emulator."""
    program = (
        "import sys, tests.sources.mocked as mocked\nmocked.questions()\n"
        "print(*(name for name in ('httpx', 'pydantic', 'sqlite3', 'pulumi_modelarts.queries') if name in sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stdout.splitlines()[-1] == ""
