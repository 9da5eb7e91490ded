"""Every input of every resource with a value that can be told apart, for the law that none of it gets out."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, TRAIN_POOL, TRAINING_JOB
from modelarts_emulator import NETWORK as NETWORK_OF_POOLS
from pulumi_modelarts.specs.paths import steps_of
from tests.resources.scenario import SECRET
from tests.resources.subjects import (
    CPU,
    FLEET_PLACEMENT,
    NETWORK,
    NODE_MIGRATION,
    NODE_SELECTION,
    RESOURCE_POOL,
    Subject,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

GPU = "modelarts.vm.gpu.t4u8"


@dataclass(frozen=True)
class Case:
    """An input that is secret.

    Attributes:
        subject: The resource.
        path: The input.
        program: Inputs that have a value there.
        other: Another value for it.
        tells: Words that would tell either value; empty where no word can be told from others.
    """

    subject: Subject
    path: str
    program: Mapping[str, Any]
    other: Any
    tells: tuple[str, ...]

    def __str__(self) -> str:
        """Name for test ids."""
        return f"{self.subject}-{self.path}"

    @property
    def secret(self) -> dict[str, Any]:
        """The program, which says what it keeps secret."""
        return {**self.program, "secrets": [self.path]}

    @property
    def changed(self) -> dict[str, Any]:
        """The same with the other value."""
        return {**put(self.program, steps_of(self.path), self.other), "secrets": [self.path]}

    @property
    def plain(self) -> dict[str, Any]:
        """The program with the other value, which is no secret any more."""
        return {key: value for key, value in self.changed.items() if key != "secrets"}

    def leaks(self, said: Iterable[object], words: Sequence[str] | None = None) -> list[tuple[str, object]]:
        """Return each word that would tell a value with what has told it, the input's own place left out."""
        told = [
            (each, json.dumps(_visible(each, steps_of(self.path)), ensure_ascii=False, default=str)) for each in said
        ]
        return [(word, each) for word in words or self.tells for each, text in told if _has(text, word)]


@dataclass
class Watched:
    """A provider whose answers are kept.

    Attributes:
        provider: The provider.
        said: Everything it has answered, errors included.
    """

    provider: Any
    said: list[object] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        """Return a method that keeps what the provider's answers."""
        method = getattr(self.provider, name)

        def call(*args: Any) -> Any:
            try:
                answer = method(*args)
            except Exception as error:
                self.said.append(repr(error))
                raise
            self.said.append({key: value for key, value in vars(answer).items() if value is not None} if answer else {})
            return answer

        return call


def put(value: Any, steps: tuple[str, ...], new: object) -> Any:
    """Return nested inputs with another value at a place."""
    if not steps:
        return new
    return {**value, steps[0]: put(value.get(steps[0], {}), steps[1:], new)}


def _visible(said: Any, place: tuple[str, ...]) -> Any:
    """Return what can be seen: what is in an envelope cannot, and the engine puts the input's own place into one."""
    if hasattr(said, "reason"):
        return said.reason
    if isinstance(said, dict):
        if said.keys() >= SECRET.keys():
            return None
        inner = said.get(place[0])
        own = {place[0]: _visible(inner, place[1:]) if len(place) > 1 and isinstance(inner, dict) else None}
        return {key: _visible(item, place) for key, item in (said | own).items()}
    return [_visible(each, place) for each in said] if isinstance(said, (list, tuple)) else said


def _has(text: str, word: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", text) is not None


POOL = {"poolName": TRAIN_POOL}
COUNTED = {**POOL, "flavors": {CPU: 17.0}, "maxScaleIn": 4712.0, "maxGrowth": 4711.0}
GOLD = {**POOL, "nodePools": {"gold": {"flavor": CPU, "azs": {"cn-north-7c": 17.0}}}}
SILVER = {**POOL, "nodePools": {"silver": {"flavor": GPU, "count": 17.0}}}
DRIVEN = {"poolName": GPU_POOL, "driver": {"gpuVersion": "515.65.01", "updateStrategy": "force"}}
MOVED = {"nodes": [NODE], "sourcePool": TRAIN_POOL, "targetPool": INFER_POOL}
ROLLED = {
    **MOVED,
    "strategy": {
        "maxUnavailable": 4713.0,
        "drain": True,
        "drainTimeout": "47m",
        "soak": "13s",
        "onUndrainable": "skip",
    },
}
SCRIPT, OTHER_SCRIPT = "reboot-4724", "reboot-4725"
MADE = {
    "name": "team-b",
    "network": NETWORK_OF_POOLS,
    "scope": ["Train"],
    "tags": {"team": "blue-4718"},
    "nodePools": {
        "gold": {
            "flavor": CPU,
            "count": 1.0,
            "labels": {"team": "red-4720"},
            "osImage": "image-4722",
            "postInstall": SCRIPT,
        }
    },
}
CHOSEN = {"pool": TRAIN_POOL, "flavor": CPU, "count": 1.0, "keepers": {"round": "blue-4718"}}
CLUSTERED = {**MOVED, "targetPool": TRAIN_POOL, "sourceCluster": "cluster-4714", "targetCluster": "cluster-4715"}


def _pool(path: str, program: Mapping[str, Any], other: Any, *tells: str) -> Case:
    return Case(RESOURCE_POOL, path, program, other, tells)


def _move(path: str, program: Mapping[str, Any], other: Any, *tells: str) -> Case:
    return Case(NODE_MIGRATION, path, program, other, tells)


def _choose(path: str, program: Mapping[str, Any], other: Any, *tells: str) -> Case:
    return Case(NODE_SELECTION, path, program, other, tells)


CASES = (
    _pool(f'flavors["{CPU}"]', COUNTED, 19.0, "17", "19"),
    _pool('nodePools.gold.azs["cn-north-7c"]', GOLD, 19.0, "17", "19"),
    _pool("nodePools.silver.count", SILVER, 19.0, "17", "19"),
    _pool("nodePools.silver.flavor", SILVER, "modelarts.vm.none", GPU, "modelarts.vm.none"),
    _pool("driver", DRIVEN, {"gpuVersion": "515.99.9"}, "515.65.01", "515.99.9"),
    _pool("driver.gpuVersion", DRIVEN, "515.99.9", "515.65.01", "515.99.9"),
    _pool("driver.npuVersion", put(DRIVEN, ("driver", "npuVersion"), "C4716"), "C4717", "C4716", "C4717"),
    _pool("driver.updateStrategy", DRIVEN, "idle", "force"),
    _pool("scope", {**POOL, "scope": ["Notebook", "Train"]}, ["Infer"], "Notebook", "Infer"),
    _pool("jobFlavors", {**POOL, "jobFlavors": ["jobs-4716"]}, ["jobs-4717"], "jobs-4716", "jobs-4717"),
    _pool("description", {**POOL, "description": "blue-4718"}, "green-4719", "blue-4718", "green-4719"),
    _pool("maxScaleIn", COUNTED, 4718.0, "4712", "4718"),
    _pool("maxGrowth", COUNTED, 1.0, "4711"),
    _pool("onRunningJobs", {**COUNTED, "onRunningJobs": "fail"}, "wait", "fail"),
    _pool("ignoreCountDrift", {**COUNTED, "ignoreCountDrift": True}, False),
    _pool("takeOver", {**COUNTED, "takeOver": True}, False),
    _pool("after", {**COUNTED, "after": {NODE: f"{TRAIN_POOL}/pool-4716"}}, {NODE: f"{TRAIN_POOL}/pool-4717"},
          f"{TRAIN_POOL}/pool-4716", f"{TRAIN_POOL}/pool-4717"),
    _pool("tags", MADE, {"team": "green-4719"}, "blue-4718", "green-4719"),
    _pool("nodePools.gold.labels", MADE, {"team": "red-4721"}, "red-4720", "red-4721"),
    _pool("nodePools.gold.osImage", MADE, "image-4723", "image-4722", "image-4723"),
    _pool("nodePools.gold.postInstall", MADE, OTHER_SCRIPT, SCRIPT, OTHER_SCRIPT,
          *(b64encode(script.encode()).decode() for script in (SCRIPT, OTHER_SCRIPT))),
    _move("targetNodePool", {**MOVED, "targetNodePool": "pool-4716"}, "pool-4717", "pool-4716", "pool-4717"),
    _move("flavor", {**MOVED, "flavor": CPU}, GPU, GPU),
    _move("sourceCluster", CLUSTERED, "cluster-4716", "cluster-4714", "cluster-4716"),
    _move("targetCluster", CLUSTERED, "cluster-4716", "cluster-4715", "cluster-4716"),
    _move("strategy", ROLLED, {"drainTimeout": "53m"}, "4713", "47m", "13s", "skip", "53m"),
    _move("strategy.maxUnavailable", ROLLED, 4718.0, "4713", "4718"),
    _move("strategy.drain", ROLLED, False),
    _move("strategy.drainTimeout", ROLLED, "53m", "47m", "53m"),
    _move("strategy.soak", ROLLED, "17s", "13s", "17s"),
    _move("strategy.onUndrainable", ROLLED, "fail", "skip"),
    _move("onRunningJobs", {**MOVED, "onRunningJobs": "ignore"}, "fail", "ignore"),
    _move("awaitJobs", {**MOVED, "awaitJobs": [TRAINING_JOB]}, [], TRAINING_JOB),
    _choose("keepers", CHOSEN, {"round": "green-4719"}, "blue-4718", "green-4719"),
    _choose("keepers.round", CHOSEN, "green-4719", "blue-4718", "green-4719"),
)  # fmt: skip

IDENTITIES = (
    *((RESOURCE_POOL, path) for path in ("poolName", "flavors", "nodePools", "nodePools.gold.azs")),
    *((RESOURCE_POOL, path) for path in ("name", "network", "workspaceId", "prefix", "arrivals")),
    *((NODE_MIGRATION, path) for path in ("nodes", "sourcePool", "targetPool")),
    *((NODE_SELECTION, path) for path in ("pool", "flavor", "count")),
    *((FLEET_PLACEMENT, path) for path in ("pools", "strategy", "onRunningJobs", "after")),
    *((FLEET_PLACEMENT, path) for path in ("maxMoves", "maxGrowth", "maxScaleIn")),
    *((FLEET_PLACEMENT, path) for path in ("pools.train.poolName", f'pools.train.flavors["{CPU}"]', "strategy.soak")),
    *((NETWORK, path) for path in ("name", "cidr", "workspaceId", "networkName")),
)
"""Inputs that cannot be kept secret."""

OF_THE_PROVIDER = {"fleet", "changes", "ownership", "moves", "nodes", "ignored", "secrets", "organization"}
"""Inputs that the program does not give."""
