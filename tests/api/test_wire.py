import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json, to_json

from pulumi_modelarts.api.errors import RefusedError, UnreadableError
from pulumi_modelarts.api.node_document import NodeDocument
from pulumi_modelarts.api.order import Order
from pulumi_modelarts.api.resource_flavor import ResourceFlavor
from pulumi_modelarts.api.resource_pool import ResourceEntry, ResourcePool
from pulumi_modelarts.api.training_job import TrainingJob
from pulumi_modelarts.api.wire import Wire, expect_same, read, segment

names = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=3).map(
    lambda name: f"x-{name}"
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
unknown = st.dictionaries(names, json_values, max_size=3)
texts = st.text(max_size=5)
counts = st.integers(0, 100)


def objects(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with some of these fields, each of them a null at times, and fields nobody knows."""
    known = st.fixed_dictionaries({}, optional={name: st.none() | values for name, values in fields.items()})
    return st.builds(lambda strange, plain: {**strange, **plain}, unknown, known)


def named(metadata: st.SearchStrategy[dict[str, Any]], key: str = "name") -> st.SearchStrategy[dict[str, Any]]:
    """The same with a name."""
    return st.builds(lambda name, rest: {**rest, key: name}, texts, metadata)


azs = st.lists(objects(az=texts, count=counts), max_size=2)
groups = st.lists(
    objects(flavor=texts, count=counts, maxCount=counts, azs=azs, nodePool=texts, creatingStep=objects(step=counts)),
    max_size=3,
)
metadata = named(objects(labels=st.dictionaries(texts, texts), annotations=st.dictionaries(texts, texts | st.none())))
pool_specs = objects(
    type=texts, scope=st.lists(texts), resources=groups, jobFlavors=st.lists(texts), driver=objects(gpuVersion=texts)
)
pool_statuses = objects(
    phase=texts,
    resources=objects(creating=groups, available=groups),
    driver=objects(gpu=objects(version=texts, state=texts)),
    scope=st.lists(objects(scopeType=texts, state=texts), max_size=2),
)


def whole(
    metadata: st.SearchStrategy[dict[str, Any]], **parts: st.SearchStrategy[dict[str, Any]]
) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with metadata."""
    return st.builds(lambda meta, rest: {**rest, "metadata": meta}, metadata, objects(**parts))


POOLS = whole(metadata, spec=pool_specs, status=pool_statuses)
NODES = whole(
    metadata, spec=objects(flavor=texts), status=objects(phase=texts, privateIp=texts, driver=objects(phase=texts))
)
JOBS = whole(
    named(objects(name=texts), key="id"),
    spec=objects(resource=objects(pool_id=texts)),
    status=objects(phase=texts, task_ips=st.lists(objects(task=texts, host_ip=texts), max_size=2)),
)
ORDERS = objects(orderName=texts, phase=texts, specCount=groups, items=st.lists(objects(status=texts), max_size=2))


class TestRoundTrip:
    @pytest.mark.parametrize(
        ("model", "wires"),
        [(ResourcePool, POOLS), (NodeDocument, NODES), (TrainingJob, JOBS), (Order, ORDERS)],
        ids=["pool", "node", "training job", "order"],
    )
    def test_whatever_is_read_can_be_sent_back(
        self, model: type[Wire], wires: st.SearchStrategy[dict[str, Any]]
    ) -> None:
        """Unknown fields, unknown words, nulls and absent fields at any depth come out as they went in."""

        @given(wires)
        def check(wire: dict[str, Any]) -> None:
            assert read(model, from_json(to_json(wire)), "try").to_wire() == wire

        check()

    def test_what_was_replaced_is_sent_and_the_rest_stays(self) -> None:
        """A copy with another count is the old entry with another count; the original is as it was."""
        wire = {"flavor": "f", "count": 2, "azs": None, "maxCount": None, "future": {"kept": [None]}}
        entry = ResourceEntry.model_validate(wire)

        grown = entry.model_copy(update={"count": 3, "max_count": 3})

        assert grown.to_wire() == wire | {"count": 3, "maxCount": 3}
        assert entry.to_wire() == wire

    def test_what_is_sent_is_a_copy(self) -> None:
        """Changing what `to_wire` returned changes no model."""
        wire = {"metadata": {"name": "p", "labels": {"a": "b"}}, "spec": {"future": {"list": [1]}}}
        pool = ResourcePool.model_validate(copy.deepcopy(wire))

        sent = pool.to_wire()
        sent["metadata"]["labels"]["a"] = sent["spec"]["future"]["list"][0] = "changed"

        assert pool.to_wire() == wire

    def test_a_new_entry_is_made_by_attribute_names(self) -> None:
        """An entry that did not come from the service is spelled like the service's own."""
        entry = ResourceEntry(flavor="f", count=1, node_pool="np", max_count=None)

        assert entry.to_wire() == {"flavor": "f", "count": 1, "nodePool": "np"}

    @given(POOLS)
    def test_any_pool_can_be_looked_at(self, wire: dict[str, Any]) -> None:
        """No absent, null or unknown field makes a property fail."""
        pool = ResourcePool.model_validate(wire)
        kind = type(pool)

        seen = [getattr(pool, name) for name, part in vars(kind).items() if isinstance(part, property)]
        groups = [group.effective_node_pool for group in [*pool.entries, *pool.status.resources.available]]

        assert all(isinstance(value, str | list | bool | dict | None) for value in seen)
        assert all(isinstance(group, str) for group in groups)


class TestReading:
    @pytest.mark.parametrize(
        ("answer", "complaint"),
        [
            (None, ": null, where an object must be"),
            ([], ": a list, where an object must be"),
            ({}, "at metadata: nothing, where a value must be"),
            (
                {"metadata": {"name": "p"}, "spec": {"resources": [{"count": "many"}]}},
                "at spec.resources[0].count: a text, where a whole number must be",
            ),
        ],
    )
    def test_what_is_no_pool_is_an_error_that_says_where(self, answer: object, complaint: str) -> None:
        """An answer of another shape is not understood; the field is named, its value is not."""
        with pytest.raises(UnreadableError) as caught:
            read(ResourcePool, answer, "show resource pool p")

        assert str(caught.value).startswith("show resource pool p: the answer was not understood: ")
        assert complaint in str(caught.value)
        assert "many" not in str(caught.value)

    def test_what_it_says_is_short(self) -> None:
        """However long the names in an answer are, a message repeats little of them."""
        with pytest.raises(UnreadableError) as caught:
            read(ResourceFlavor, {"metadata": {"name": "f"}, "status": {"phase": {"z" * 100_000: 3}}}, "list")

        assert len(str(caught.value)) < 500

    def test_another_object_than_the_one_asked_for(self) -> None:
        """An accepted change whose answer is about something else may have taken effect."""
        with pytest.raises(UnreadableError) as caught:
            expect_same("a", "b" * 1000, "change a", place="metadata.name", accepted=True)

        assert str(caught.value).startswith(
            "change a: the answer was not understood, and what was asked for may have taken effect: at metadata.name: "
            f"'{'b' * 120}…', which is not what was asked for. The service answered something that its API pages"
        )
        assert (caught.value.place, caught.value.may_have_arrived) == ("metadata.name", True)


class TestSegment:
    @pytest.mark.parametrize(
        ("name", "quoted"),
        [("train-1", "train-1"), ("a/b", "a%2Fb"), ("a?b#c", "a%3Fb%23c"), ("{project_id}", "%7Bproject_id%7D")],
    )
    def test_a_name_stays_one_segment(self, name: str, quoted: str) -> None:
        """Nothing in a name can lead elsewhere."""
        assert segment(name) == quoted

    @pytest.mark.parametrize("name", ["", ".", ".."])
    def test_what_would_be_another_address_is_refused(self, name: str) -> None:
        """Without a name the address would be that of the list, and a delete would hit something else."""
        with pytest.raises(RefusedError, match="is no name of anything"):
            segment(name)
