"""A list that is parsed page by page, so that what is held of it is what was made of its items, and one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from pulumi_modelarts.api.listing import Item, ListOf, kept_by_mark, named
from pulumi_modelarts.api.wire import parsed

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_modelarts.api.operation import Operation
    from pulumi_modelarts.api.service import Service

T = TypeVar("T")


def every(
    parse: Callable[[Any], T], service: Service, path: str, *, operation: Operation, attempting: str, page: int
) -> list[T]:
    """The whole of a list that is asked for page by page with `limit` and `continue`, in the service's order.

    Each page is parsed as it comes, and nothing else of it is kept. What cannot be read is kept as it came: it is an
    error only once the list is complete, for it may be read well at the next look.

    Args:
        parse: makes what an item is, or raises `ValidationError`.
        service: whom to ask.
        path: of the list.
        operation: which operation of the service this is.
        attempting: what this is, in words that can begin an error message.
        page: items of one page, the most there can be.

    Raises:
        ApiError: the service answered no.
        UnreadableError: the list is not complete, or an item in it cannot be read.
    """

    def fetch(mark: str | None) -> Any:
        params = {"limit": page, "continue": mark}
        return service.request("GET", path, operation=operation, attempting=attempting, params=params)

    def keep(item: Item) -> T | Item:
        try:
            return parse(item.value) if item.id else item
        except ValidationError:
            return item

    def understood(kept: T | Item) -> T:
        if not isinstance(kept, Item):
            return kept
        named(kept, shape)
        return parsed(parse, kept.value, attempting, place=kept.place)

    shape = ListOf(attempting)
    return [understood(kept) for kept in kept_by_mark(fetch, shape, keep)]
