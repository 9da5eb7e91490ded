"""What a person sees of a step of the set-up."""

import sys

import pytest

from tools.steps import StepError, run


def test_a_step_says_what_it_does_and_how_long_it_took(capfd: pytest.CaptureFixture[str]) -> None:
    """Its own output stays away, and standard output is left to the answer of the command."""
    run("making tea", [sys.executable, "-c", "print('bubble')"])

    out, err = capfd.readouterr()
    assert out == ""
    assert err.splitlines()[0] == "[setup] making tea ..."
    assert err.splitlines()[1].startswith("[setup] making tea: done in ")


def test_a_failed_step_shows_what_was_printed_last() -> None:
    """The error has the status and the end of the output."""
    program = "import sys; print('no water'); sys.exit(3)"

    with pytest.raises(StepError, match=r"making tea: .* ended with status 3\nno water"):
        run("making tea", [sys.executable, "-c", program])


def test_a_missing_program_is_named() -> None:
    """A program that is not there is an ordinary failure of the step."""
    with pytest.raises(StepError, match="making tea: no-such-kettle cannot be run"):
        run("making tea", ["no-such-kettle"])


def test_a_step_that_takes_too_long_is_ended() -> None:
    """After its time a step is given up, and its process with it."""
    program = "import time; time.sleep(600)"

    with pytest.raises(StepError, match="making tea: given up after"):
        run("making tea", [sys.executable, "-c", program], timeout=0.2)
