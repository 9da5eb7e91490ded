from typing import Any

import pytest

from pulumi_modelarts.api.errors import UnreadableError
from pulumi_modelarts.api.listing import LOOKS, MOST_PAGES, Begin, ListOf, by_mark, by_offset

NODES = ListOf("list nodes")
JOBS = ListOf("list jobs", key=("id",), totals=("count", "total"), page=2)


def node(name: object) -> dict[str, Any]:
    """An item of a list by mark."""
    return {"metadata": {"name": name}}


def marked(*marks: object, left: int = 0) -> tuple[list[str], list[str | None]]:
    """The names read from a listing with these marks, and the marks it was asked for."""
    asked: list[str | None] = []

    def fetch(mark: str | None) -> object:
        asked.append(mark)
        page = len(asked) - 1
        metadata = {"continue": marks[page], "remainingItemCount": left}
        return {"items": [node(f"n{page}")], "metadata": metadata}

    return [item.id for item in by_mark(fetch, NODES)], asked


def paged(*pages: dict[str, Any], shape: ListOf = JOBS) -> tuple[list[str], list[Begin]]:
    """The ids read from these pages, and where each was asked to begin."""
    asked: list[Begin] = []

    def fetch(begin: Begin) -> object:
        asked.append(begin)
        return pages[len(asked) - 1]

    return [item.id for item in by_offset(fetch, shape)], asked


def ids(*names: str, **more: Any) -> dict[str, Any]:
    """A page of a list by offset."""
    return {"items": [{"id": name} for name in names], **more}


class TestMarks:
    def test_each_page_is_asked_for_by_the_mark_of_the_one_before(self) -> None:
        """All pages are read, in order."""
        assert marked("a", "b", None) == (["n0", "n1", "n2"], [None, "a", "b"])

    @pytest.mark.parametrize("mark", ["", None])
    def test_no_mark_is_the_end(self, mark: object) -> None:
        """An empty mark is none."""
        assert marked(mark) == (["n0"], [None])

    def test_a_mark_that_comes_back(self) -> None:
        """A service that goes round in circles does not keep us, and what it has is unknown."""
        with pytest.raises(UnreadableError, match=r"at metadata\.continue: a mark that came before"):
            marked("a", "b", "a")

    def test_a_page_that_says_that_more_follows_and_not_where(self) -> None:
        """It contradicts itself, at once."""
        with pytest.raises(UnreadableError, match="at items: 1 item, where the answer counts 4"):
            marked(None, left=3)

    def test_marks_without_end(self) -> None:
        """A list with more pages than anything has is given up."""
        pages = 0

        def fetch(_: str | None) -> object:
            nonlocal pages
            pages += 1
            return {"items": [node(f"n{pages}")], "metadata": {"continue": str(pages)}}

        with pytest.raises(UnreadableError, match=f"more than {MOST_PAGES} pages"):
            by_mark(fetch, NODES)

        assert pages == MOST_PAGES + 1

    def test_nodes_that_go_while_pages_are_read(self) -> None:
        """A count that was right when it was told is no contradiction: the list is read again."""
        pages = iter(
            [
                {"items": [node("a")], "metadata": {"continue": "m", "remainingItemCount": 2}},
                {"items": [node("b")], "metadata": {}},
                {"items": [node("a"), node("b")], "metadata": {}},
            ]
        )

        assert [item.id for item in by_mark(lambda _: next(pages), NODES)] == ["a", "b"]


class TestOffsets:
    def test_pages_until_all_that_is_counted(self) -> None:
        """Each page begins behind what came; no item comes twice."""
        found, asked = paged(ids("a", "b", count=3), ids("b", "c", count=3))

        assert (found, asked) == (["a", "b", "c"], [(0, 0), (1, 2)])

    def test_pages_until_one_is_not_full(self) -> None:
        """So it is where nothing is counted; nor does it end there where the count is too low."""
        assert paged(ids("a", "b"), ids("c"))[0] == ["a", "b", "c"]
        assert paged(ids("a", "b", count=1), ids("c", count=1))[0] == ["a", "b", "c"]

    def test_everything_at_once(self) -> None:
        """A page that is fuller than was asked for is all there is."""
        assert paged(ids("a", "b", "c")) == (["a", "b", "c"], [(0, 0)])

    def test_the_first_count_that_is_there(self) -> None:
        """A total of everything says nothing beside the number of what was asked for."""
        assert paged(ids("a", count=1, total=999))[0] == ["a"]

    @pytest.mark.parametrize("first", [{"count": 9}, {"total": 9}])
    def test_a_service_that_ignores_the_offset(self, first: dict[str, Any]) -> None:
        """One that counts more than it shows is looked at a few times, and not believed."""
        asked = 0

        def fetch(_: Begin) -> object:
            nonlocal asked
            asked += 1
            return ids("a", "b", **first)

        with pytest.raises(UnreadableError, match="at items: 2 items, where the answer counts 9"):
            by_offset(fetch, JOBS)

        assert asked == 2 * LOOKS

    def test_a_full_page_for_ever(self) -> None:
        """One that counts nothing and repeats itself is not believed either."""
        with pytest.raises(UnreadableError, match="at items: the same items as before"):
            paged(ids("a", "b"), ids("a", "b"))

    def test_a_total_that_grows_for_ever(self) -> None:
        """It ends with the bound on pages."""
        with pytest.raises(UnreadableError, match=f"more than {MOST_PAGES} pages"):
            by_offset(lambda begin: ids(str(begin.item), count=begin.item + 2), JOBS)


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (None, "null where a list of items must be"),
        ([], "a list where a list of items must be"),
        ({}, "at items: nothing, where a list must be"),
        ({"items": None}, "at items: null, where a list must be"),
        ({"items": {}}, "at items: an object, where a list must be"),
        ({"total": 1}, "at items: nothing, where a list must be"),
        ({"total": 1, "items": []}, "at items: 0 items, where the answer counts 1"),
        ({"count": "x", "items": []}, "at count: a text, where a number of items must be"),
        ({"count": -1, "items": []}, "at count: a number, where a number of items must be"),
        ({"count": float("nan"), "items": []}, "at count: a number, where a number of items must be"),
        ({"items": [], "metadata": 3}, "at metadata: a number, where an object must be"),
        ({"items": [], "metadata": {"continue": {}}}, "at metadata.continue: an object, where a text must be"),
        (
            {"items": [], "metadata": {"remainingItemCount": "x"}},
            "at metadata.remainingItemCount: a text, where a whole number must be",
        ),
        ({"items": [], "metadata": {"remainingItemCount": 2}}, "at items: 0 items, where the answer counts 2"),
    ],
)
def test_what_is_no_complete_list(answer: Any, complaint: str) -> None:
    """It is never taken for "none", and says where it is odd."""
    with pytest.raises(UnreadableError) as by_offsets:
        by_offset(lambda _: answer, JOBS)
    with pytest.raises(UnreadableError) as by_marks:
        by_mark(lambda _: answer, JOBS)

    assert complaint in str(by_offsets.value)
    assert str(by_marks.value) == str(by_offsets.value)
