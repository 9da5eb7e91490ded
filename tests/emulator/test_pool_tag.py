"""Tags of pools: added, shown, listed and deleted, and where the pool itself shows them."""

import json
from typing import Any

import httpx
import pytest

from modelarts_emulator import INFER_POOL, PROJECT, TRAIN_POOL
from modelarts_emulator.service.models.pool_tag import MOST_TAGS
from tests.emulator.wire import Wire, cpu, error, world

ANNOTATION = "os.modelarts/tms.tags"


def add(wire: Wire, pool: str = TRAIN_POOL, **tags: str) -> httpx.Response:
    """Add tags to a pool."""
    return send(wire, [{"key": key, "value": value} for key, value in tags.items()], pool)


def send(wire: Wire, tags: list[dict[str, Any]], pool: str = TRAIN_POOL) -> httpx.Response:
    """Add tags in any form."""
    return wire.post(f"/v1/pools/{pool}/tags/create", {"tags": tags})


def delete(wire: Wire, *tags: dict[str, Any]) -> httpx.Response:
    """Delete tags of the training pool."""
    url = wire.url(f"/v1/pools/{TRAIN_POOL}/tags/delete")
    return wire.client.request("DELETE", url, json={"tags": list(tags)})


def shown(wire: Wire, path: str = f"/v1/pools/{TRAIN_POOL}/tags", **query: str) -> dict[str, list[str]]:
    """Tags as an answer lists them."""
    answer = wire.get(path, **query).raise_for_status().json()
    return {tag["key"]: tag["values"] for tag in answer["tags"]}


class TestAdd:
    @pytest.mark.loopback
    def test_new_ones(self, wire: Wire) -> None:
        """Tags are added without a body in the answer, and stand in the pool's annotation from then on."""
        before = wire.pool()

        answer = add(wire, team="vision", cost="a/b")

        text = '[{"key":"team","value":"vision"},{"key":"cost","value":"a/b"}]'
        before["metadata"]["annotations"][ANNOTATION] = text
        assert (answer.status_code, answer.content) == (204, b"")
        assert (wire.pool(), wire.get("/pools").json()["items"][0]) == (before, before)
        assert shown(wire) == {"cost": ["a/b"], "team": ["vision"]}
        assert wire.emulator.world()["pools"][TRAIN_POOL]["tags"] == {"team": "vision", "cost": "a/b"}

    def test_key_that_is_there(self, wire: Wire) -> None:
        """A tag whose key is there takes the place of that, and the others stay."""
        add(wire, team="vision", cost="a")

        add(wire, team="speech")

        assert shown(wire) == {"cost": ["a"], "team": ["speech"]}

    @pytest.mark.parametrize(
        ("tag", "reason"),
        [
            ({"key": "", "value": "x"}, "tags[0].key must not be empty"),
            ({"key": "a"}, "tags[0].value is required"),
            ({"key": "a" * 129, "value": ""}, "of a tag must be 1 to 128 letters"),
            ({"key": " a", "value": ""}, "the key ' a' of a tag must be"),
            ({"key": "a ", "value": ""}, "the key 'a ' of a tag must be"),
            ({"key": "a/b", "value": ""}, "the key 'a/b' of a tag must be"),
            ({"key": "_sys_a", "value": ""}, "the key '_sys_a' of a tag must be"),
            ({"key": "a", "value": "b" * 256}, "of tag a must be up to 255 letters"),
            ({"key": "a", "value": "<b>"}, "the value '<b>' of tag a must be"),
        ],
    )
    def test_wrong_one(self, wire: Wire, tag: dict[str, str], reason: str) -> None:
        """A tag that cannot be is refused with the reason, and no other one beside it is added."""
        before = wire.emulator.world()

        answer = send(wire, [tag, {"key": "right", "value": "one"}])

        assert error(answer)[:2] == (400, "ModelArts.50004000")
        assert reason in error(answer)[2]
        assert wire.emulator.world() == before

    def test_words_of_any_language(self, wire: Wire) -> None:
        """Keys and values have letters of any language, and blanks within."""
        add(wire, **{"équipe de nuit": "人工智能 1"})

        assert shown(wire) == {"équipe de nuit": ["人工智能 1"]}

    def test_too_many(self, wire: Wire) -> None:
        """A pool has twenty tags at most; one that takes the place of another is none more."""
        add(wire, **{str(number): "" for number in range(MOST_TAGS)})

        answer = add(wire, another="one")

        assert error(answer)[2] == "Bad request. a pool has at most 20 tags, these would be 21"
        assert (add(wire, **{"7": "x"}).status_code, len(shown(wire))) == (204, 20)

    def test_key_twice(self, wire: Wire) -> None:
        """A request that names a key twice is refused."""
        answer = send(wire, [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}])

        assert error(answer)[2] == "Bad request. tags names a key twice"

    @pytest.mark.parametrize("tags", [None, {}, [], "a"])
    def test_shape(self, wire: Wire, tags: Any) -> None:
        """What is no list of tags is refused."""
        assert wire.post(f"/v1/pools/{TRAIN_POOL}/tags/create", {"tags": tags}).status_code == 400

    def test_patch(self, wire: Wire) -> None:
        """A patch does not change tags, neither to others nor to none, and leaves them in place when it names them."""
        add(wire, team="vision")
        same = {ANNOTATION: wire.pool()["metadata"]["annotations"][ANNOTATION]}

        others = wire.patch({"metadata": {"annotations": {ANNOTATION: "[]"}}})
        none = wire.patch({"metadata": {"annotations": None}})

        text = f"Bad request. metadata.annotations[{ANNOTATION}] cannot be updated, add or delete tags instead"
        assert (error(others)[2], none.status_code) == (text, 400)
        assert wire.patch({"metadata": {"annotations": same}}).status_code == 200
        assert shown(wire) == {"team": ["vision"]}


class TestDelete:
    @pytest.mark.loopback
    def test_by_key(self, wire: Wire) -> None:
        """A tag is deleted whatever its value, and with the last one the annotation goes."""
        before = wire.pool()
        add(wire, team="vision")

        answer = delete(wire, {"key": "team"})

        assert (answer.status_code, answer.content, wire.pool()) == (204, b"", before)

    def test_by_value(self, wire: Wire) -> None:
        """A tag that names a value is deleted only if that is its value."""
        add(wire, team="vision", cost="a")

        refused = delete(wire, {"key": "cost"}, {"key": "team", "value": "speech"})
        kept = shown(wire)
        deleted = delete(wire, {"key": "team", "value": "vision"})

        assert error(refused)[2] == f"Bad request. the pool {TRAIN_POOL} has no tag team=speech"
        assert kept == {"cost": ["a"], "team": ["vision"]}
        assert (deleted.status_code, shown(wire)) == (204, {"cost": ["a"]})

    def test_missing(self, wire: Wire) -> None:
        """A tag that the pool lacks refuses the deletion."""
        answer = delete(wire, {"key": "team"})

        text = f"Bad request. the pool {TRAIN_POOL} has no tag team"
        assert error(answer) == (400, "ModelArts.50004000", text)


class TestList:
    def test_of_all_pools(self, wire: Wire) -> None:
        """Every key is listed once, with all values that it has in any pool."""
        add(wire, team="vision", cost="a")
        add(wire, INFER_POOL, team="speech")

        assert shown(wire, "/v1/pools/tags") == {"cost": ["a"], "team": ["speech", "vision"]}

    def test_pages(self, wire: Wire) -> None:
        """The offset counts pages."""
        add(wire, a="1", b="2", c="3")

        pages = [list(shown(wire, "/v1/pools/tags", limit="2", offset=str(page))) for page in range(3)]

        assert pages == [["a", "b"], ["c"], []]

    def test_none(self, wire: Wire) -> None:
        """A pool without tags, and a project without any, show none."""
        assert (shown(wire), shown(wire, "/v1/pools/tags")) == ({}, {})

    @pytest.mark.parametrize("path", ["", "/create"])
    def test_missing_pool(self, wire: Wire, path: str) -> None:
        """A missing pool has no tags to show or to add."""
        method = "POST" if path else "GET"
        body = {"tags": [{"key": "a", "value": ""}]} if path else None

        answer = wire.client.request(method, wire.url(f"/v1/pools/no-such-pool/tags{path}"), json=body)

        assert error(answer) == (404, "ModelArts.50015001", 'pool "no-such-pool" not found')


def test_world(wire: Wire) -> None:
    """A world gives its pools tags, and a snapshot keeps those that came later."""
    wire.emulator.seed(world(pool={"resources": [cpu(1)], "tags": {"team": "vision"}}))
    add(wire, f"pool-{PROJECT}", cost="a")

    snapshot = json.loads(json.dumps(wire.emulator.snapshot()))
    wire.emulator.reset()
    begin = shown(wire, "/v1/pools/tags")
    wire.emulator.restore(snapshot)

    assert (begin, shown(wire, "/v1/pools/tags")) == ({"team": ["vision"]}, {"cost": ["a"], "team": ["vision"]})
