"""A project of somebody else with tests of its own, which pytest runs in a process of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

PLUGIN = ("-p", "modelarts_emulator.pytest_plugin")
OPTIONS = ("-q", "-p", "no:cacheprovider", "--strict-markers", "-W", "error")
HEAD = """
import unittest
import httpx
import pytest
from modelarts_emulator import Credentials, Fault, PROJECT, TRAIN_POOL, mock_modelarts

URL = f"https://modelarts.cn-north-4.myhuaweicloud.com/v2/{PROJECT}/pools"
"""


def outcome(folder: Path, tests: str, *options: str) -> tuple[str, str]:
    """Run tests, with no plugin but ours: what pytest says, and its last line without times.

    Args:
        folder: Where the project is.
        tests: Its tests, indented by four spaces.
        options: Further options of pytest.
    """
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return _run(folder, tests, [*PLUGIN, *options], environment)


def outcome_with_all_plugins(folder: Path, tests: str) -> tuple[str, str]:
    """Run tests with every plugin that is installed, of which ours is one; answers as `outcome`."""
    return _run(folder, tests, ["-p", "no:randomly", "-p", "no:xdist"], dict(os.environ))


def _run(folder: Path, tests: str, options: list[str], environment: dict[str, str]) -> tuple[str, str]:
    (folder / "test_it.py").write_text(HEAD + re.sub(r"^    ", "", tests, flags=re.MULTILINE))
    command = [sys.executable, "-m", "pytest", *OPTIONS, *options, "test_it.py"]
    wide = {**environment, "COLUMNS": "200"}
    done = subprocess.run(command, cwd=folder, env=wide, capture_output=True, text=True, check=False)
    text = done.stdout + done.stderr
    return text, re.sub(r" in [\d.]+s.*", "", text.strip().splitlines()[-1])
