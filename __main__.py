"""Entry point of every stack: runs `stacks/<stack>.py`, the module named like the stack, with `_` for each `-`."""

import runpy
from pathlib import Path

import pulumi

folder = Path(__file__).parent / "stacks"
program = folder / f"{pulumi.get_stack().replace('-', '_')}.py"
if not program.is_file():
    known = ", ".join(sorted(path.stem.replace("_", "-") for path in folder.glob("*.py")))
    raise pulumi.RunError(
        f"The stack {pulumi.get_stack()!r} has no program: stacks/{program.name} is missing. "
        f"Stacks with a program: {known}. Write one, or select another stack."
    )
runpy.run_path(str(program), run_name="__main__")
