"""Which Python the set-up starts with."""

import subprocess
import sys

from tools.paths import ROOT


def test_the_given_python_is_taken() -> None:
    """PYTHON names the interpreter to use."""
    answer = _find(sys.executable)

    assert (answer.returncode, answer.stdout.strip()) == (0, sys.executable)


def test_a_python_that_will_not_do_is_an_error_with_a_way_out() -> None:
    """What is not a Python 3.11 is named, with what to install and how to name another."""
    answer = _find("/bin/false")

    assert (answer.returncode, answer.stdout) == (1, "")
    assert "No Python 3.11 or newer with the venv module was found, only:\n  /bin/false:" in answer.stderr
    assert "make PYTHON=/path/to/python3" in answer.stderr


def _find(python: str) -> subprocess.CompletedProcess[str]:
    script = ROOT / "tools" / "find-python"
    env = {"PYTHON": python, "PATH": "/usr/bin:/bin"}
    return subprocess.run([script], env=env, capture_output=True, text=True, check=False)
