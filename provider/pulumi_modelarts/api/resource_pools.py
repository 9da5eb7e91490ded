"""Asking for resource pools: list, show, create, patch and delete. What they look like is in `resource_pool`.

Documented: ListPools, ShowPool, CreatePool, PatchPool, DeletePool.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field

from pulumi_modelarts.api.errors import UnreadableError
from pulumi_modelarts.api.listing import Item, ListOf, by_mark, named
from pulumi_modelarts.api.operation import Operation, Stated
from pulumi_modelarts.api.resource_pool import DISPLAY_NAME, ResourcePool
from pulumi_modelarts.api.wire import Wire, expect_same, read, segment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.api.accepted import Accepted
    from pulumi_modelarts.api.service import Service

MERGE_PATCH: Final = "application/merge-patch+json"
"""PatchPool takes no other content type (documented: PatchPool)."""

LIST_POOLS: Final = Operation(
    "ListPools",
    "the pools as they are: every preview, refresh and run, and while a run waits",
    "modelarts:pool:list",
    Stated.IN_THE_TABLES,
    only_reads=True,
    previews=True,
)
SHOW_POOL: Final = Operation(
    "ShowPool",
    "a pool just before it is changed, one that the list lacks, and one that its nodes do not agree with",
    "modelarts:pool:get",
    Stated.IN_THE_TABLES,
    only_reads=True,
    previews=True,
)
CREATE_POOL: Final = Operation(
    "CreatePool", "to make a pool that a program names", "modelarts:pool:create", Stated.IN_THE_TABLES, makes=True
)
PATCH_POOL: Final = Operation(
    "PatchPool",
    "to grow a pool, and to change its driver, scope, job flavors or description",
    "modelarts:pool:update",
    Stated.IN_THE_TABLES,
)
DELETE_POOL: Final = Operation(
    "DeletePool",
    "to delete a pool that a program has made",
    "modelarts:pool:delete",
    Stated.IN_THE_TABLES,
    idempotent=True,
    makes=True,
)


class _Counted(Wire):
    flavor: str
    count: int = Field(ge=0)


class _Groups(Wire):
    creating: list[_Counted] = Field(default_factory=list)
    available: list[_Counted] = Field(default_factory=list)
    abnormal: list[_Counted] = Field(default_factory=list)
    deleting: list[_Counted] = Field(default_factory=list)


class _Spec(Wire):
    resources: list[_Counted]


class _Status(Wire):
    resources: _Groups = _Groups()


class _Complete(Wire):
    """What a pool must have (documented: ListPools): without it, it would look like one without nodes."""

    spec: _Spec
    status: _Status


@dataclass(frozen=True)
class ListedPools:
    """The pools of a list, read one by one.

    Attributes:
        pools: those that could be read, by id, in the service's order.
        unreadable: why the others could not be read, by id; that of pools without an id is empty.
    """

    pools: Mapping[str, ResourcePool]
    unreadable: Mapping[str, UnreadableError]

    def find(self, name: str) -> ResourcePool | None:
        """One pool; None if the list lacks it, which does not say that it is gone.

        Raises:
            UnreadableError: the list has it, and it cannot be read.
        """
        error = self.unreadable.get(name)
        if error is not None:
            # A new one each time: whoever raises an error adds to it, and many threads may ask at once.
            raise UnreadableError(error.attempting, error.place, error.found)
        return self.pools.get(name)


class ResourcePools:
    """Resource pools of the project."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def list(
        self, *, workspace_id: str | None = None, status: str | None = None, label_selector: str | None = None
    ) -> ListedPools:
        """The pools there are, read one by one, so that one that cannot be read is nobody else's trouble.

        The list must have `items`. It has one page and counts nothing (documented: ListPools); the `continue` and
        `remainingItemCount` of an older page are heeded where they come.

        Args:
            workspace_id: of this workspace; None for the one of the settings.
            status: `created`, `creating` or `failed`; None for those that are valid.
            label_selector: such as `os.modelarts/name=train`.

        Raises:
            UnreadableError: the list is not complete.
        """
        attempting = "list resource pools"
        same = {
            "workspaceId": workspace_id or self._service.settings.workspace_id,
            "status": status,
            "labelSelector": label_selector,
        }

        def page(mark: str | None) -> Any:
            params = same | {"continue": mark}
            path = "/v2/{project_id}/pools"
            return self._service.request("GET", path, operation=LIST_POOLS, attempting=attempting, params=params)

        shape = ListOf(attempting)
        return _one_by_one(by_mark(page, shape), shape)

    def get(self, name: str) -> ResourcePool:
        """One pool.

        Raises:
            NotFoundError: there is no such pool.
            UnreadableError: the answer is no such pool.
        """
        attempting = f"show resource pool {name}"
        answer = self._service.request("GET", _path(name), operation=SHOW_POOL, attempting=attempting)
        return _of_name(name, answer, attempting)

    def create(self, body: Mapping[str, Any]) -> Accepted[ResourcePool]:
        """Ask for a pool; it is made a while later, under an order.

        Never sent again when its answer was lost: whoever sent it looks for the pool, whose id is the name it was given
        and the project's (documented: CreatePool, example). There is one of a name at most, so a second request makes
        no second pool.

        Args:
            body: `metadata` with the label of its name, and `spec`; kind and version are added.

        Returns:
            The pool, which has no phase yet, followed by its order where it names one. Its id is the service's; that
            it is the expected one is for the caller to see.

        Raises:
            ConflictError: there is a pool of this name.
            UnreadableError: it was accepted, and the answer is no pool.
            TransportError: no answer; whether it is made shows in the list of pools.
        """
        attempting = f"create resource pool {_named(body)}"
        accepted = self._service.write(
            "POST",
            "/v2/{project_id}/pools",
            operation=CREATE_POOL,
            attempting=attempting,
            json={"apiVersion": "v2", "kind": "Pool", **body},
        )
        with accepted.quoted():
            pool = _pool(accepted.value, attempting, accepted=True)
        return accepted.reading(pool).followed_by(f"order {pool.order_name}" if pool.order_name else "")

    def delete(self, name: str) -> Accepted[None]:
        """Ask for the deletion of a pool with all its nodes; it is gone a while later.

        What is answered is not read: an answer means that it was accepted. The request is repeated when its answer was
        lost: a pool that is being deleted holds its name until it is gone, and asking again changes nothing (assumed).

        Args:
            name: the pool's id.

        Raises:
            NotFoundError: there is no such pool, perhaps for a try before whose answer was lost.
            TransportError: no answer; whether it goes shows in the list of pools.
        """
        attempting = f"delete resource pool {name}"
        return self._service.write("DELETE", _path(name), operation=DELETE_POOL, attempting=attempting).reading(None)

    def patch(self, name: str, body: dict[str, Any]) -> Accepted[ResourcePool]:
        """Change a pool by a merge patch (RFC 7396: objects are merged, lists are replaced whole, null deletes).

        The request is repeated when its answer is lost, so a body must say how things should be ("3 nodes"), never
        how they should change.

        Args:
            name: the pool's id.
            body: the patch.

        Returns:
            The pool with its new `spec`; its `status` follows later.

        Raises:
            NotFoundError: there is no such pool.
            UnreadableError: the change was accepted, and the answer is no such pool.
        """
        attempting = f"change resource pool {name}"
        accepted = self._service.write(
            "PATCH",
            _path(name),
            operation=PATCH_POOL,
            attempting=attempting,
            json=body,
            content_type=MERGE_PATCH,
        )
        with accepted.quoted():
            return accepted.reading(_of_name(name, accepted.value, attempting, accepted=True))


def _named(body: Mapping[str, Any]) -> str:
    return str(body["metadata"]["labels"][DISPLAY_NAME])


def _one_by_one(items: list[Item], shape: ListOf) -> ListedPools:
    pools: dict[str, ResourcePool] = {}
    unreadable: dict[str, UnreadableError] = {}
    for item in items:
        try:
            pools[named(item, shape)] = _pool(item.value, _attempting(item), place=item.place)
        except UnreadableError as error:
            unreadable[item.id] = error
    return ListedPools(pools, unreadable)


def _attempting(item: Item) -> str:
    return f"read resource pool {item.id} in the list of resource pools"


def _of_name(name: str, answer: Any, attempting: str, *, accepted: bool = False) -> ResourcePool:
    pool = _pool(answer, attempting, accepted=accepted)
    expect_same(name, pool.name, attempting, place="metadata.name", accepted=accepted)
    return pool


def _pool(value: Any, attempting: str, *, place: str = "", accepted: bool = False) -> ResourcePool:
    pool = read(ResourcePool, value, attempting, place=place, accepted=accepted)
    read(_Complete, value, attempting, place=place, accepted=accepted)
    return pool


def _path(name: str) -> str:
    return f"/v2/{{project_id}}/pools/{segment(name)}"
