from pathlib import Path

import pytest

from tests.stacks.harness import Project


@pytest.fixture
def project(tmp_path: Path, cli: Path) -> Project:
    """An empty project with one stack on an emulator of its own."""
    return Project(tmp_path / "project", cli)
