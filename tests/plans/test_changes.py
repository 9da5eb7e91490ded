"""The map in which a preview says what a run will do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_modelarts.plans import changes

if TYPE_CHECKING:
    from collections.abc import Mapping

keys = st.sampled_from(["flavors.a", "flavors.b", "description", "driver.gpuVersion", "nodes.n1"])
texts = st.text(max_size=6) | st.sampled_from(["x (again)", "x (by hand)", "a -> b", "(none)", '"x"', " x", "", None])
difficult = ["a, b", 'a, "b', '", "', ", ", 'a -> b, "c', "(none)", "\\"]
items = st.text(max_size=6).filter(bool) | st.sampled_from(difficult)
values = st.integers(0, 9) | texts | items | st.frozensets(items, max_size=3)
steps = st.builds(changes.step, values, values) | st.just(changes.REMOVED)
computed_maps = st.dictionaries(keys, steps)
stored_maps = st.dictionaries(keys, st.one_of(steps, steps.map(lambda entry: entry + changes.AGAIN)))


class TestReading:
    @given(values, values)
    def test_parts_whatever_was_written_where_its_writer_has_joined_it(self, before: object, after: object) -> None:
        """Each end of a step is read as it was written, whatever it says itself."""
        assert changes.parted(changes.step(before, after)) == (changes.text(before), changes.text(after))

    @given(texts | items)
    def test_reads_each_text_that_can_be_written(self, value: str | None) -> None:
        """Quotes, arrows, commas and marks are read back; an empty text is nothing."""
        assert changes.value(changes.text(value)) == (value or None)

    @given(st.frozensets(items, max_size=4))
    def test_reads_each_set_that_can_be_written(self, value: frozenset[str]) -> None:
        """Items are told apart whatever is in them."""
        assert changes.values(changes.text(value)) == value

    @pytest.mark.parametrize(
        "entry", ["removed", "removed (spare)", "changes (secret)", "", '"', '", "', "a ->", "-> b"]
    )
    def test_does_not_part_a_word(self, entry: str) -> None:
        """What is no step is none."""
        assert changes.parted(entry) is None


class TestRecorded:
    @given(computed_maps, stored_maps)
    def test_shows_its_own_entries_and_takes_none_out(
        self, computed: Mapping[str, str], stored: Mapping[str, str]
    ) -> None:
        """Whatever was stored stays beside the run's own entries, and each of these differs from the stored one."""
        shown = changes.recorded(computed, stored)

        assert shown.keys() == computed.keys() | stored.keys()
        assert changes.new(shown, stored).keys() == computed.keys()

    @given(computed_maps, stored_maps)
    def test_says_what_is_announced(self, computed: Mapping[str, str], stored: Mapping[str, str]) -> None:
        """Whoever executes a run reads back exactly what was computed, whatever the stored map says."""
        assert changes.announced(changes.recorded(computed, stored), stored) == computed

    @given(computed_maps.filter(bool), st.integers(1, 4))
    def test_never_equals_the_map_of_the_run_before(self, computed: Mapping[str, str], runs: int) -> None:
        """The same repair can be announced any number of times in a row."""
        stored: Mapping[str, str] = {}
        for _ in range(runs):
            stored, before = changes.recorded(computed, stored), stored
            assert stored != before

    def test_marks_a_repeat_and_drops_the_mark_the_next_time(self) -> None:
        """The second time says again, the third time is plain once more."""
        once = changes.recorded({"flavors.a": "2 -> 3"}, {})
        twice = changes.recorded({"flavors.a": "2 -> 3"}, once)
        thrice = changes.recorded({"flavors.a": "2 -> 3"}, twice)

        assert [once, twice, thrice] == [
            {"flavors.a": "2 -> 3"},
            {"flavors.a": "2 -> 3 (again)"},
            {"flavors.a": "2 -> 3"},
        ]

    def test_does_not_grow_without_end(self) -> None:
        """Where no run is ever at rest, what earlier ones did goes once there is much of it."""
        stored: dict[str, str] = {}
        lengths = []
        for run in range(3 * changes.MOST_CARRIED):
            stored = changes.recorded({f"nodes.n{run}": changes.REMOVED}, stored)
            lengths.append(len(stored))

        assert max(lengths) == changes.MOST_CARRIED + 1
        assert stored[f"nodes.n{run}"] == changes.REMOVED


class TestText:
    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            (3, "3"),
            (None, "(none)"),
            ("", "(none)"),
            (frozenset(), "(none)"),
            (frozenset({"Train", "Infer"}), "Infer, Train"),
            ("515.65.01", "515.65.01"),
            ("pool of team a", "pool of team a"),
            ("scaled (by hand)", '"scaled (by hand)"'),
            ("once (again)", '"once (again)"'),
            ("a -> b", '"a -> b"'),
            ("(none)", '"(none)"'),
            ("two\nlines", '"two\\nlines"'),
            ("\x1b[31mred", '"\\u001b[31mred"'),
            ("\x9b31mred\x7f\u2028", '"\\u009b31mred\\u007f\\u2028"'),
            ("größer, 更大", "größer, 更大"),
        ],
    )
    def test_quotes_what_could_be_mistaken(self, value: object, shown: str) -> None:
        """Text that looks like a part of the map is quoted; everything else stands as it is."""
        assert changes.text(value) == shown

    def test_names_the_first_few(self) -> None:
        """A long list of names ends with how many more there are."""
        assert changes.names(["a", "b"]) == "a, b"
        assert changes.names(list("abcdefg")) == "a, b, c, d, e and 2 more"

    def test_cuts_in_a_line_what_is_long(self) -> None:
        """Either end of a step may be a description; a message about what a run would do has all of it."""
        long = changes.step("a" * 300, "b -> c" * 100)

        assert changes.in_one_line({"description": long}) == f'description {"a" * 200}… -> "{"b -> c" * 33}b…'
        assert changes.in_one_line({"description": "(none) -> blue", "x": "removed"}) == (
            "description (none) -> blue; x removed"
        )
        assert changes.listed({"description": long}) == f"    description: {long}"

    def test_lists_one_entry_a_line(self) -> None:
        """A map stands indented in a message."""
        assert changes.listed({"a": "1 -> 2", "nodes.n1": "removed"}) == "    a: 1 -> 2\n    node n1: removed"
