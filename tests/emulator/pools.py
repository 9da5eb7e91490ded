"""Requests for pools."""

from typing import Any

from modelarts_emulator import NETWORK, PROJECT
from tests.emulator.wire import cpu

NAME = f"team-a-{PROJECT}"
"""The pool that is asked for, unless said otherwise."""


def pool(
    labels: dict[str, str] | None = None, annotations: dict[str, str] | None = None, **spec: Any
) -> dict[str, Any]:
    """Body of a request for a pool of two CPU nodes, unless said otherwise."""
    metadata: dict[str, Any] = {"labels": {"os.modelarts/name": "team-a", **(labels or {})}}
    if annotations:
        metadata["annotations"] = annotations
    wanted = {"type": "Dedicate", "scope": ["Train"], "resources": [cpu(2)], "network": {"name": NETWORK}, **spec}
    return {"apiVersion": "v2", "kind": "Pool", "metadata": metadata, "spec": wanted}
