"""The order in which tests run: what is heavy at the head of each worker's part, everything once."""

from tests.order import interleaved


def test_what_is_heavy_begins_the_part_of_each_worker() -> None:
    """Groups stay whole and come first in the parts that three workers begin with; the rest keeps its order."""
    groups, light = [["a1", "a2"], ["b1"], ["c1"], ["d1"]], [f"l{number}" for number in range(7)]

    order = interleaved(groups, light, 3)

    assert (order[:4], order[4:8], order[8:]) == (
        ["a1", "a2", "l0", "l1"],
        ["b1", "d1", "l2", "l3"],
        ["c1", "l4", "l5", "l6"],
    )


def test_nothing_is_lost_where_a_part_has_no_room() -> None:
    """However large the groups are, every test is run once."""
    groups, light = [list(range(10)), [10]], [11]

    order = interleaved(groups, light, 3)

    assert sorted(order) == list(range(12))
