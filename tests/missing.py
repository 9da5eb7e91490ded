"""Skip a test because this machine lacks something, so that the run ends with a line that says so."""

from typing import NoReturn

import pytest

PREFIX = "not to be had here: "


def skip(what: str, why: str) -> NoReturn:
    """Skip the running test.

    Args:
        what: What is missing, in a few words; skips are counted by it.
        why: Why it could not be had.
    """
    pytest.skip(f"{PREFIX}{what}: {why}")
