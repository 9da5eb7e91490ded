"""What the Makefile's verbs do before they do anything: choose the stack."""

from pathlib import Path

import pytest

from tools import shell_env

CLI = '#!/bin/sh\necho "$@" > "$SAID"\n'
"""Stands in for a Pulumi CLI: writes down what it was asked."""


@pytest.mark.parametrize(
    ("stack", "asked"),
    [
        ("emulator", "stack select --create emulator"),
        ("team-blue", "stack select --create team-blue"),
        ("acme/modelarts/dev", "stack select --create acme/modelarts/dev"),
        ("emulater", "stack select emulater"),
    ],
)
def test_a_stack_is_made_where_there_is_a_program_for_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], stack: str, asked: str
) -> None:
    """A slip of the keyboard leaves no stack behind; one that is there already can be chosen without its program."""
    cli = tmp_path / "pulumi"
    cli.write_text(CLI, encoding="utf-8")
    cli.chmod(0o755)

    shell_env.select(stack, {"PATH": f"{tmp_path}:/usr/bin:/bin", "SAID": str(tmp_path / "said")})

    said = "No program in stacks/ is that of a stack 'emulater', so that none is made. There are dev, emulator, "
    assert (tmp_path / "said").read_text(encoding="utf-8") == f"{asked}\n"
    assert (said in capfd.readouterr().err) is (stack == "emulater")
