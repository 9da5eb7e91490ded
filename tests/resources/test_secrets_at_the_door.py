"""What is taken out of texts and sealed in outputs, whoever has written them."""

from __future__ import annotations

import pytest

from pulumi_modelarts.handlers._secrets import Secrets
from tests.resources.scenario import SECRET


def secrets(value: object, path: str = "description") -> Secrets:
    """Return what is secret where one input is."""
    return Secrets.among([{"secrets": [path], "description": value}])


@pytest.mark.parametrize(
    ("value", "text", "told"),
    [
        ("blue-team", "bad description 'blue-team'", "bad description '[secret]'"),
        ("blue-team", "x=blue-team1", "x=[secret]1"),
        ("a", "a pool has a flavor", "[secret] pool has [secret] flavor"),
        ("a", "and b.a", "and b.a"),
        (3.0, "3 of 13 nodes, 3.", "[secret] of 13 nodes, [secret]."),
        (3.0, "cn-north-3, v3, 3.5", "cn-north-3, v3, 3.5"),
        ('say "x"\n', """got 'say "x"\\n'""", "got '[secret]'"),
        ("", "nothing at all", "nothing at all"),
        (True, "True and 1", "True and 1"),
        (["one-two", "four"], "four, one-two", "[secret], [secret]"),
        ({"inner": "blue-team"}, "blue-team", "[secret]"),
    ],
)
def test_a_text_that_repeats_a_value_is_told_without_it(value: object, text: str, told: str) -> None:
    """A long text goes wherever it stands, a short one and a number where they stand for themselves."""
    assert secrets(value).hide(text) == told


def test_the_longest_value_goes_first() -> None:
    """A value that contains another one leaves nothing of itself."""
    both = Secrets.among([{"secrets": ["a", "b"], "a": "blue", "b": "blue-team"}])

    assert both.hide("blue-team blue") == "[secret] [secret]"


def test_what_was_secret_before_is_so_in_the_same_call() -> None:
    """Old and new properties are searched for what either of them names."""
    both = Secrets.among([{"secrets": ["description"], "description": "old-text"}, {"description": "new-text"}])

    assert both.hide("old-text new-text") == "[secret] [secret]"


def test_outputs_are_sealed_where_they_tell_a_value() -> None:
    """A secret input is sealed in its place, and so are outputs that tell the same; nothing is changed in place."""
    outs: dict[str, dict[str, object]] = {
        "driver": {"gpuVersion": "1", "npuVersion": "2"},
        "driverStatus": {"gpu": "1"},
        "nodeCounts": {"a": 1},
    }
    before = {key: dict(value) for key, value in outs.items()}

    sealed = Secrets.among([{"secrets": ["driver.gpuVersion", "scope"], **outs}]).seal(outs)

    assert sealed == {
        "driver": {"gpuVersion": {**SECRET, "value": "1"}, "npuVersion": "2"},
        "driverStatus": {**SECRET, "value": {"gpu": "1"}},
        "nodeCounts": {"a": 1},
    }
    assert outs == before
