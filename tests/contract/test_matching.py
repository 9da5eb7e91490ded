from typing import Any

import pytest

from modelarts_emulator.manifest.matching import MISSING, UnknownNameError, filled, problem

POOLS = [{"name": "a", "count": 1}, {"name": "b", "count": 2}]


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        (1, 1),
        (None, None),
        ({"name": "a"}, POOLS[0]),
        ([{}, {"name": "b"}], POOLS),
        ({"$has": {"count": 2}}, POOLS),
        ({"$each": {"count": {"$least": 1}}}, POOLS),
        ({"$any_order": [{"name": "b"}, {"name": "a"}]}, POOLS),
        ({"$begins": [{"name": "a"}]}, POOLS),
        ({"$length": 2}, POOLS),
        ({"$length": {"$most": 2}}, "ab"),
        ({"$rising": "count"}, POOLS),
        ({"$falling": ""}, [3, 2, 2]),
        ({"$distinct": "name"}, POOLS),
        ({"$in": ["x", "y"]}, "y"),
        ({"$text": "[ab]+"}, "abba"),
        ({"$json": {"kind": "Pool"}}, '{"kind":"Pool","name":"a"}'),
        ({"$only": {"name": "a", "count": {}}}, {"name": "a", "count": {}}),
        ({"$values": {"$in": [1, 2]}}, {"a": 1, "b": 2}),
        ({"$not": "a"}, MISSING),
        ({"$not": "a"}, "b"),
        ({"$all": [{"$length": 2}, {"$has": {"name": "a"}}]}, POOLS),
    ],
    ids=str,
)
def test_matches(expected: Any, found: Any) -> None:
    """What is as the pattern says has no problem."""
    assert problem(expected, found, {}) == ""


@pytest.mark.parametrize(
    ("expected", "found", "reason"),
    [
        (1, True, "body is true, not 1"),
        (1, 2, "body is 2, not 1"),
        ("a", MISSING, "body is not there"),
        (None, MISSING, "body is not there"),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, "body.a.b is 2, not 1"),
        ({"a": 1}, [], 'body is [], not {"a": 1}'),
        ([{}], POOLS, f"body is {str(POOLS).replace(chr(39), chr(34))}, not [{{}}]"),
        ([{}, {"name": "c"}], POOLS, 'body[1].name is "b", not "c"'),
        ({"$has": {"name": "c"}}, [], 'body has no item that is {"name": "c"}, but []'),
        ({"$each": {}}, [], "body is [], not a list with something in it"),
        ({"$each": {"count": 1}}, POOLS, "body[1].count is 2, not 1"),
        ({"$any_order": [1, 1]}, [1, 2], "body has no item that is 1, but [1, 2]"),
        ({"$begins": [2]}, [1, 2], "body[0] is 1, not 2"),
        ({"$length": 3}, [1], "the length of body is 1, not 3"),
        ({"$falling": "count"}, POOLS, "body does not fall by count: [1, 2]"),
        ({"$rising": ""}, [1], "body does not rise by itself: [1]"),
        ({"$distinct": "name"}, [POOLS[0]] * 2, 'body has name twice, or nothing: ["\\"a\\"", "\\"a\\""]'),
        ({"$in": ["x"]}, "y", 'body is "y", none of ["x"]'),
        ({"$text": "a"}, "ab", 'body is "ab", not "a"'),
        ({"$json": {}}, "{", 'body is "{", not a text that holds JSON'),
        ({"$only": {"a": 1}}, {"a": 1, "b": 2}, 'body has ["a", "b"], not ["a"]'),
        ({"$values": 1}, {"a": 2}, "the values of body[0] is 2, not 1"),
        ({"$not": "a"}, "a", 'body is "a"'),
        ({"$least": 3}, 2, "body is 2, not at least 3"),
        ({"$most": 3}, "2", 'body is "2", not at most 3'),
        ({"$all": [1, 2]}, 1, "body is 1, not 2"),
        ({"$text": "("}, "a", "'(' is no regular expression: missing ), unterminated subpattern at position 0"),
    ],
    ids=str,
)
def test_differs(expected: Any, found: Any, reason: str) -> None:
    """What is otherwise is told with its path, what is there and what should be."""
    assert problem(expected, found, {}) == reason


def test_unknown_pattern() -> None:
    """A pattern that there is not is told with those that there are."""
    assert problem({"$like": "a"}, "a", {}).startswith("there is no pattern $like, use $has, $each, ")


def test_names_are_found_once() -> None:
    """A name stands for what is found first, a whole document too, and for the same thing from then on."""
    names: dict[str, Any] = {}

    first = problem({"items": {"$begins": [{"name": "{pool}"}, "{second}"]}}, {"items": POOLS}, names)

    assert (first, names) == ("", {"pool": "a", "second": POOLS[1]})
    assert problem("{second}", POOLS[1], names) == ""
    assert problem("{pool}", "b", names) == 'body is "b", not "a"'
    assert problem("{pool}-x", "a-x", names) == ""


def test_trials_find_nothing() -> None:
    """An item that does not match in the end leaves no name behind."""
    names: dict[str, Any] = {}

    reason = problem({"$has": {"name": "{pool}", "count": 2}}, POOLS, names)

    assert (reason, names) == ("", {"pool": "b"})


def test_filling() -> None:
    """Names are put into plain data; one that stands alone becomes what it stands for; an unknown one is refused."""
    names = {"pool": "a", "count": 3}

    assert filled({"{pool}-x": ["{count}", 1, "n{count}"]}, names) == {"a-x": [3, 1, "n3"]}
    with pytest.raises(UnknownNameError, match=r"nothing was found for \{node\}"):
        filled("{node}", names)
