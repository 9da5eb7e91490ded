import subprocess
import sys
from pathlib import Path

TEST = """
import httpx
from modelarts_emulator import Fault, TRAIN_POOL, PROJECT

def test_fixture(modelarts, modelarts_server):
    assert modelarts.world()["pools"][TRAIN_POOL]["phase"] == "Running"
    assert httpx.get(modelarts_server.url + "/_emulator/health").json()["status"] == "ok"

def test_forgotten_fault(modelarts):
    modelarts.faults.arm(Fault("showPool", status=500))
"""


def test_fixtures_and_forgotten_faults(tmp_path: Path) -> None:
    """The fixtures need no set-up in another project, and a fault that never fired fails the test that armed it."""
    (tmp_path / "test_it.py").write_text(TEST)

    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "test_it.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "armed faults that never fired: Fault(operation='showPool'" in done.stdout
    assert "2 passed, 1 error" in done.stdout
