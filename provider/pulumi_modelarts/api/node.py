"""Nodes of a resource pool: what plans go by of them, and how many are read at little cost.

Documented: ListPoolNodes, ShowPoolNode.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from sys import intern
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from pulumi_modelarts.api import pool_tag
from pulumi_modelarts.api.node_document import NodeDocument

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

CLUSTER: Final = "os.modelarts.node/cluster"
NODE_POOL: Final = "os.modelarts.node/nodepool"
BILLING_MODE: Final = "os.modelarts/billing.mode"
LOCK: Final = "os.modelarts.node/lock.action"
DRAIN: Final = "os.modelarts.node/drain"
SPARE: Final = "os.modelarts.node/ha.redundant.enabled"
BATCH_LABELS: Final = tuple(f"os.modelarts.node/batch.{what}" for what in ("uid", "name", "type", "count"))
COUNT: Final = re.compile(r"[0-9]{1,6}")

MOST_KINDS: Final = 10_000
"""Sets of labels that a list keeps once each: where there are more, nearly every node has one of its own."""
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_TEXTS: Final = frozenset({str})
_ODD: Final = (AttributeError, KeyError, TypeError)
"""What goes wrong where a document is not as it should be."""


@dataclass(frozen=True)
class Supernode:
    """Nodes that come, move and go together only (documented: the labels of ListPoolNodes).

    Attributes:
        uid: its id, the same for all of its nodes.
        name: its name; empty if the service does not say.
        type: `hyperinstance`; empty if the service does not say.
        count: how many nodes it has; None if the service does not say.
    """

    uid: str
    name: str = ""
    type: str = ""
    count: int | None = None


class Node(NamedTuple):
    """A node of a resource pool: what plans go by, and nothing else that the service says of it.

    A pool can have 100,000 of them, so it is small: a text or a set of labels that many of a list have is kept once.

    Attributes:
        name: its id.
        flavor: its flavor id.
        phase: `Available`, `Creating`, `Checking`, `Abnormal`, `Deleting`; others may come.
        az: the availability zone it is in.
        private_ip: its address in the pool's network; training jobs name their hosts by it.
        driver_phase: `Running`, `Abnormal`, `Pending` or `Updating`; empty for a node without accelerator.
        driver_version: the version of the driver that is there.
        creation_timestamp: when it was asked for, such as `2022-09-16T03:10:40Z`.
        labels: labels by name, not to be changed.
        annotations: annotations by name, not to be changed.
    """

    name: str
    flavor: str
    phase: str
    az: str
    private_ip: str
    driver_phase: str
    driver_version: str
    creation_timestamp: str
    labels: Mapping[str, Any]
    annotations: Mapping[str, Any]

    @classmethod
    def of(cls, document: NodeDocument) -> Self:
        """What plans go by of a whole document."""
        metadata, status = document.metadata, document.status
        return cls(
            metadata.name,
            document.spec.flavor,
            status.phase,
            status.az,
            status.private_ip,
            status.driver.phase,
            status.driver.version,
            metadata.creation_timestamp,
            metadata.labels,
            metadata.annotations,
        )

    @classmethod
    def model_validate(cls, document: Any) -> Node:
        """One node, read as every model is; `NodeParser` reads many.

        Raises:
            ValidationError: it is no node.
        """
        return NodeParser().parse(document)

    @property
    def available(self) -> bool:
        """Whether it can run jobs."""
        return self.phase == "Available"

    @property
    def node_pool(self) -> str:
        """The node pool it belongs to; `{flavor}-default` if the service does not say."""
        return str(self.labels.get(NODE_POOL) or f"{self.flavor}-default")

    @property
    def cluster(self) -> str:
        """The cluster it belongs to; empty if the service does not say."""
        return str(self.labels.get(CLUSTER) or "")

    @property
    def tags(self) -> dict[str, str] | None:
        """Its tags of the cloud, by key (observed by others); None if what the service says is not understood."""
        return pool_tag.parse(str(self.annotations.get(pool_tag.ANNOTATION) or ""))

    @property
    def locked(self) -> bool:
        """Whether somebody locked it against deletion."""
        return bool(self.annotations.get(LOCK))

    @property
    def drained(self) -> bool:
        """Whether it is marked to take no further jobs."""
        return bool(self.annotations.get(DRAIN))

    @property
    def spare(self) -> bool:
        """Whether it stands by for a node that breaks; until then nothing is scheduled there."""
        return str(self.labels.get(SPARE) or "").lower() == "true"

    @property
    def supernode(self) -> Supernode | None:
        """The supernode it is a part of; None for a node by itself."""
        if not self.labels.get(BATCH_LABELS[0]):
            return None
        uid, name, kind, count = (str(self.labels.get(label) or "") for label in BATCH_LABELS)
        return Supernode(uid, name, kind, int(count) if COUNT.fullmatch(count) else None)

    @property
    def prepaid(self) -> bool:
        """Whether it was paid for a period."""
        return str(self.annotations.get(BILLING_MODE) or "") == "1"


class NodeParser:
    """Makes nodes of the items of a list, several times faster than models are made.

    Whatever is not exactly as it should be, it leaves to `NodeDocument`, whose word on it counts.
    """

    def __init__(self) -> None:
        self._kinds: dict[Hashable, Mapping[str, Any]] = {}

    def parse(self, document: Any) -> Node:
        """One node.

        Raises:
            ValidationError: it is no node.
        """
        try:
            return self._plain(document)
        except _ODD:
            return Node.of(NodeDocument.model_validate(document))

    def _plain(self, document: Any) -> Node:
        """A node that is as all are; what is not lacks a method or an entry that is used here, or is no text."""
        metadata, spec, status = document["metadata"], document.get("spec", _NOTHING), document.get("status", _NOTHING)
        spec, status = _NOTHING if spec is None else spec, _NOTHING if status is None else status
        driver = status.get("driver", _NOTHING)
        driver = _NOTHING if driver is None else driver
        if "creation_timestamp" in metadata or "private_ip" in status:
            raise KeyError  # names that only a whole document is read by
        words = (
            *(spec.get("flavor"), status.get("phase"), status.get("az"), driver.get("phase"), driver.get("version")),
            metadata.get("creationTimestamp"),
        )
        flavor, phase, az, driver_phase, version, made = ["" if word is None else intern(word) for word in words]
        address = status.get("privateIp")
        return Node(
            _text(metadata["name"]),
            flavor,
            phase,
            az,
            "" if address is None else _text(address),
            driver_phase,
            version,
            made,
            self._kept_once(metadata.get("labels")),
            self._kept_once(metadata.get("annotations")),
        )

    def _kept_once(self, found: dict[str, Any] | None) -> Mapping[str, Any]:
        """The same labels as another node has, where one has them; only texts are the same whenever they are equal."""
        if not found and (found is None or type(found) is dict):
            return _NOTHING
        if not _TEXTS.issuperset(map(type, found.values())):
            return dict(found)
        kind = tuple(found.items())
        if len(self._kinds) < MOST_KINDS:
            return self._kinds.setdefault(kind, found)
        return self._kinds.get(kind, found)


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError
    return value
