"""Nodes are read in a quick way where they are as all are; whatever is odd is left to the model, whose word counts."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pulumi_modelarts.api.node import Node, NodeParser
from pulumi_modelarts.api.node_document import NodeDocument

odd: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers(0, 1) | st.just([]) | st.just({}) | st.text(max_size=2)
)
texts = st.text(max_size=2) | odd


def parts(*names: str, **known: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Objects with some of these fields, or something else in their place."""
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, texts) | known) | odd


LABELS = st.dictionaries(st.sampled_from(["a", "b"]), odd, max_size=2) | odd
DOCUMENTS = parts(
    "kind",
    metadata=parts("name", "creationTimestamp", "creation_timestamp", labels=LABELS, annotations=LABELS),
    spec=parts("flavor"),
    status=parts("phase", "az", "privateIp", "private_ip", driver=parts("phase", "version")),
)


def outcome(read: Any, document: object) -> object:
    """What is read, to its kinds; or what is said of it."""
    try:
        found = read(document)
    except ValidationError as error:
        return error.errors(include_url=False)
    return repr(found._replace(labels=dict(found.labels), annotations=dict(found.annotations)))


@given(st.lists(DOCUMENTS, max_size=3))
def test_both_ways_read_the_same(documents: list[object]) -> None:
    """Whatever is in a document, and whatever came before it."""
    parse = NodeParser().parse

    quick = [outcome(parse, document) for document in documents]

    assert quick == [outcome(lambda each: Node.of(NodeDocument.model_validate(each)), each) for each in documents]


def test_what_many_nodes_have_is_kept_once() -> None:
    """Equal labels of two nodes are one object, so that 100,000 nodes are small."""
    parse = NodeParser().parse
    first, second = (
        parse({"metadata": {"name": name, "labels": {"pool": f"of {len(name)}"}}, "spec": {"flavor": "f" * 99}})
        for name in "ab"
    )

    assert first.labels is second.labels
    assert first.flavor is second.flavor
