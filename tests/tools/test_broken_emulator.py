import pytest

from tools.broken_emulator import main, told_of


@pytest.mark.long
def test_every_case_is_killed(capsys: pytest.CaptureFixture[str]) -> None:
    """Each case of a subject fails on an emulator that is broken in one of the ways."""
    code = main(["quotas", "workspaces"])

    assert (code, capsys.readouterr().out.splitlines()[-1]) == (0, "8 of 8 cases are killed")


def test_survivors_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    """A case that no break fails, and one that fails without any, are told, and are a failure."""
    code = told_of({"a": ["time stands still"], "b": [], "c": ["x", "y"]}, ["c"])

    assert code == 1
    assert capsys.readouterr().out.splitlines() == [
        "killed by one alone: a: time stands still",
        "SURVIVES: b",
        "FAILS WITHOUT A BREAK: c",
        "2 of 3 cases are killed",
    ]
