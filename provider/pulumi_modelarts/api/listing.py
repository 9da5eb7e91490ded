"""Reading a list to its end: all its pages, each item once, and never fewer than the service counts.

"None" is an empty list and nothing else. A list that lacks its items, that ends before all it counts have come, or that
never ends is not understood, which is an error of its own (`UnreadableError`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Final, Generic, NamedTuple, TypeVar

from pydantic import Field

from pulumi_modelarts.api.wire import Model, Wire, kind_of, read, unreadable
from pulumi_modelarts.api.wording import number_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


T = TypeVar("T")

MOST_PAGES: Final = 1_000
"""Pages of one list. The largest pools are thought of with 100,000 nodes, which are 200 pages of 500."""

LOOKS: Final = 3
"""How often a list of several pages is read when items seem to be missing: some may have gone between two pages."""

Number = Annotated[int, Field(ge=0)]
"""A number of items."""


class _Place(Wire):
    """Where the next page of a list begins, and how many items are still to come."""

    mark: str = Field("", alias="continue")
    remaining_item_count: Number = 0


class _Counts(Wire):
    """What a list says of itself beside its items."""

    metadata: _Place = _Place()


@dataclass(frozen=True)
class ListOf:
    """What a list is a list of, and what it promises.

    Attributes:
        attempting: what is being attempted, for errors.
        key: where an item has its id: steps from field to field.
        field: where the list has its items.
        totals: fields that tell how many items there are on all pages; the first that an answer has counts.
        page: most items of a page; for lists by offset that tell no total.
    """

    attempting: str
    key: tuple[str, ...] = ("metadata", "name")
    field: str = "items"
    totals: tuple[str, ...] = ()
    page: int = 500


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list, not understood yet.

    Attributes:
        id: empty if it has none that can be read.
        value: the item.
        place: where it is, such as `items[3]`, counted over all pages.
    """

    id: str
    value: Any
    place: str


class Begin(NamedTuple):
    """Where a page begins.

    Attributes:
        page: pages before it.
        item: items before it.
    """

    page: int
    item: int


def by_mark(fetch: Callable[[str | None], Any], shape: ListOf) -> list[Item]:
    """The items of a list that says with `metadata.continue` where the next page begins; see `kept_by_mark`."""
    return kept_by_mark(fetch, shape, _as_it_came)


def kept_by_mark(fetch: Callable[[str | None], Any], shape: ListOf, keep: Callable[[Item], T]) -> list[T]:
    """What is kept of the items of a list that says with `metadata.continue` where the next page begins.

    Its promise is `metadata.remainingItemCount`, where it is there, and the mark itself: more follows.

    Args:
        fetch: returns the page after a mark; after None, the first one.
        shape: what the list is.
        keep: returns what to keep of an item, as soon as its page has come, so that no more than a page has to be held.

    Raises:
        UnreadableError: it is no such list, or ends before it is complete, or never ends.
    """

    def once(reading: _Reading[T]) -> None:
        mark: str | None = None
        seen: set[str | None] = set()
        while mark not in seen:
            seen.add(mark)
            mark = reading.take(fetch(mark)).mark or None
            if mark is None:
                return
        raise unreadable(shape.attempting, "metadata.continue", "a mark that came before, so that the list never ends")

    return _complete(once, shape, keep)


def by_offset(fetch: Callable[[Begin], Any], shape: ListOf) -> list[Item]:
    """The items of a list whose pages are asked for by where they begin.

    Its promise is its total. Where it tells none it ends with a page that is not full.

    Args:
        fetch: returns the page that begins there.
        shape: what the list is.

    Raises:
        UnreadableError: it is no such list, or ends before it is complete, or never ends.
    """

    def once(reading: _Reading[Item]) -> None:
        while True:
            before = len(reading.items)
            page = reading.take(fetch(Begin(reading.pages, reading.taken)))
            if reading.is_complete(page, shape.page):
                return
            if len(reading.items) == before:
                break
        if reading.promised is None and page.size:
            found = "the same items as before, so that the list never ends"
            raise unreadable(shape.attempting, shape.field, found)

    return _complete(once, shape, _as_it_came)


def each(model: type[Model], items: Iterable[Item], shape: ListOf) -> Iterator[tuple[str, Model]]:
    """The items as models, by id.

    Raises:
        UnreadableError: one of them cannot be read, or has no id.
    """
    for item in items:
        yield named(item, shape), read(model, item.value, shape.attempting, place=item.place)


def named(item: Item, shape: ListOf) -> str:
    """The id of an item.

    Raises:
        UnreadableError: it has none.
    """
    if not item.id:
        place = ".".join([item.place, *shape.key])
        raise unreadable(shape.attempting, place, "no text that could be a name")
    return item.id


@dataclass(frozen=True)
class _Page:
    size: int
    mark: str


@dataclass
class _Reading(Generic[T]):
    """One reading of a list, from its first page on.

    Attributes:
        shape: what the list is.
        keep: returns what to keep of an item.
        items: what was kept of those that have come, each once.
        taken: how many have come, repeated ones too.
        pages: pages so far.
        promised: the most items that a page told there are on all; None while none has.
    """

    shape: ListOf
    keep: Callable[[Item], T]
    items: dict[str, T] = field(default_factory=dict)
    taken: int = 0
    pages: int = 0
    promised: int | None = None

    @property
    def missing(self) -> int:
        """How many items were counted and have not come."""
        return max(0, (self.promised or 0) - len(self.items))

    def is_complete(self, page: _Page, full: int) -> bool:
        """Whether a page was the last, of a list whose pages begin at an offset.

        One that is fuller than was asked for is: the service then sends everything at once. A total that is too low
        says nothing while pages are full.
        """
        if self.promised is None:
            return page.size != full
        return len(self.items) == self.promised or (len(self.items) > self.promised and page.size != full)

    def take(self, answer: Any) -> _Page:
        """Read a page."""
        self.pages += 1
        if self.pages > MOST_PAGES:
            found = f"more than {MOST_PAGES} pages, which is the most that is read of one list"
            raise unreadable(self.shape.attempting, "", found)
        values = self._values(answer)
        for number, value in enumerate(values, self.taken):
            item = Item(_id(value, self.shape.key), value, f"{self.shape.field}[{number}]")
            self.items[item.id or f"/{item.place}"] = self.keep(item)
        self.taken += len(values)
        place = read(_Counts, answer, self.shape.attempting).metadata
        self._promise(answer, place)
        return _Page(len(values), place.mark)

    def _values(self, answer: Any) -> list[Any]:
        if not isinstance(answer, dict):
            raise unreadable(self.shape.attempting, "", f"{kind_of(answer)} where a list of {self.shape.field} must be")
        if self.shape.field not in answer:
            raise unreadable(self.shape.attempting, self.shape.field, "nothing, where a list must be")
        values = answer[self.shape.field]
        if not isinstance(values, list):
            raise unreadable(self.shape.attempting, self.shape.field, f"{kind_of(values)}, where a list must be")
        return values

    def _promise(self, answer: dict[str, Any], place: _Place) -> None:
        told = [_number(answer[name], name, self.shape) for name in self.shape.totals if answer.get(name) is not None]
        totals = told[:1]
        if place.remaining_item_count:
            totals.append(len(self.items) + place.remaining_item_count)
        if totals:
            self.promised = max(self.promised or 0, *totals)


class _Total(Wire):
    value: Number


def _number(value: Any, name: str, shape: ListOf) -> int:
    try:
        return _Total(value=value).value
    except ValueError as error:
        raise unreadable(shape.attempting, name, f"{kind_of(value)}, where a number of items must be") from error


def _id(value: Any, key: tuple[str, ...]) -> str:
    for step in key:
        value = value.get(step) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def _as_it_came(item: Item) -> Item:
    return item


def _complete(once: Callable[[_Reading[T]], None], shape: ListOf, keep: Callable[[Item], T]) -> list[T]:
    """Read a list until nothing is missing that it counts.

    One page that contradicts itself is what it is. Of several, items may have gone while they were read: what is left
    of the list then moves up, and what stood at the border of two pages is on neither.
    """
    for _ in range(LOOKS):
        reading = _Reading(shape, keep)
        once(reading)
        if not reading.missing or reading.pages == 1:
            break
    if reading.missing:
        found = f"{number_of(len(reading.items), 'item')}, where the answer counts {reading.promised}"
        raise unreadable(shape.attempting, shape.field, found)
    return list(reading.items.values())
