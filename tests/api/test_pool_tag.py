import pytest

from modelarts_emulator import TRAIN_POOL, Emulator, Fault
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import BadRequestError, NotFoundError, PermissionDeniedError, TransportError
from pulumi_modelarts.api.pool_tag import parse


def tags(client: Client) -> dict[str, str] | None:
    """Tags of the training pool, as the list of pools has them."""
    return client.resource_pools.list().pools[TRAIN_POOL].tags


class TestRead:
    def test_none(self, client: Client) -> None:
        """A pool without tags has none."""
        assert tags(client) == {}

    @pytest.mark.parametrize(
        ("text", "read"),
        [
            ("", {}),
            ("[]", {}),
            ('[{"key": "a", "value": "1"}, {"key": "b", "value": ""}]', {"a": "1", "b": ""}),
            ('[{"key": "a"}, {"key": "b", "value": null}]', {"a": "", "b": ""}),
            ('[{"key": "a", "values": ["1"]}]', {"a": "1"}),
            ('[{"key": "a", "value": "1", "more": true}]', {"a": "1"}),
            ("a=1", None),
            ("{}", None),
            ("null", None),
            ('["a"]', None),
            ('[{"value": "1"}]', None),
            ('[{"key": "", "value": "1"}]', None),
            ('[{"key": "a", "value": 1}]', None),
            ('[{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]', None),
        ],
    )
    def test_texts(self, text: str, read: dict[str, str] | None) -> None:
        """Tags are read in either form; a text of which a part is no tag is not understood."""
        assert parse(text) == read


class TestWrite:
    def test_course(self, client: Client) -> None:
        """What is added is read from the list of pools, and gone when it is deleted."""
        client.pool_tags.add(TRAIN_POOL, {"team": "vision", "cost": "a/b"})
        added = tags(client)

        client.pool_tags.delete(TRAIN_POOL, {"team": "vision"})

        assert (added, tags(client)) == ({"team": "vision", "cost": "a/b"}, {"cost": "a/b"})

    def test_another_value(self, client: Client) -> None:
        """A tag is deleted with its value only, and the refusal says what was attempted."""
        client.pool_tags.add(TRAIN_POOL, {"team": "vision"})

        with pytest.raises(BadRequestError, match=f"delete tag team=speech of resource pool {TRAIN_POOL}: Bad request"):
            client.pool_tags.delete(TRAIN_POOL, {"team": "speech"})

        assert tags(client) == {"team": "vision"}

    def test_missing_pool(self, client: Client) -> None:
        """A pool that does not exist is an error of its own."""
        with pytest.raises(NotFoundError, match="add tags a=1, b= to resource pool no-such"):
            client.pool_tags.add("no-such", {"a": "1", "b": ""})

    @pytest.mark.parametrize("operation", ["batchCreatePoolTags", "batchDeletePoolTags"])
    def test_lost_answer(self, client: Client, emulator: Emulator, operation: str) -> None:
        """A request whose answer is lost is not sent again; whether it took effect shows in the list of pools."""
        client.pool_tags.add(TRAIN_POOL, {"team": "vision"})
        asked = len(emulator.journal.exchanges(operation))
        emulator.faults.arm(Fault(operation, drop="reset", when="after"))
        write = client.pool_tags.add if operation == "batchCreatePoolTags" else client.pool_tags.delete

        with pytest.raises(TransportError) as caught:
            write(TRAIN_POOL, {"team": "vision"})

        assert (caught.value.may_have_arrived, len(emulator.journal.exchanges(operation))) == (True, asked + 1)
        assert tags(client) == ({"team": "vision"} if operation == "batchCreatePoolTags" else {})

    def test_denied(self, client: Client, emulator: Emulator) -> None:
        """A user who may not add tags is told so."""
        emulator.faults.arm(Fault("batchCreatePoolTags", status=403, code="ModelArts.0010", message="no permission"))

        with pytest.raises(PermissionDeniedError, match="add tag team=vision to resource pool"):
            client.pool_tags.add(TRAIN_POOL, {"team": "vision"})
