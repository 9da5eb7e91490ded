"""Stacks that measurements drive with the real Pulumi CLI."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from bench.figures import Ground, NotMeasuredError
from modelarts_emulator import Emulator
from tests.stacks.harness import Project
from tools.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping


def stack(
    ground: Ground,
    name: str,
    world: Mapping[str, Any] | None = None,
    *,
    clock: str = "frozen",
    config: Mapping[str, str | None] | None = None,
) -> Project:
    """Lay out a project with one stack on an emulator of its own.

    Args:
        ground: Where.
        name: Its folder.
        world: What its emulator begins with; None for the documented world.
        clock: Clock of its emulator.
        config: Further configuration of the stack.

    Raises:
        NotMeasuredError: There is no CLI.
    """
    if ground.cli is None:
        raise NotMeasuredError("needs the Pulumi CLI, and there is none")
    settings = {"modelarts:emulatorClock": clock, **(config or {})}
    project = Project(ground.folder / name, ground.cli, config=settings, env=environment(ground))
    Emulator(project.emulator_file, world=world).close()
    return project


def environment(ground: Ground) -> dict[str, str]:
    """Return the variables for whole processes that are compared.

    Bytecode is kept beside the stacks, as an installer or the first run leaves it for users: where it may not be
    written, every import would be compiled anew, and compiling be most of what is measured.
    """
    bytecode = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(ground.folder / "bytecode")}
    return {"PYTHONPATH": str(ROOT), **bytecode}


def write_program(project: Project, text: str) -> None:
    """Replace the program by one that imports what it names itself."""
    (project.folder / "__main__.py").write_text(textwrap.dedent(text), encoding="utf-8")
