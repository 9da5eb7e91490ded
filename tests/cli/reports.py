"""Reports as a test wants them, without the preview that would say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_modelarts.cli.review.report import Form, Report, Resource, Stack, Standing, State
from pulumi_modelarts.plans.effect import Counted, Effect, Kind
from pulumi_modelarts.plans.footprint import of_effects
from pulumi_modelarts.plans.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

PROJECT = "86c13962597848eeb29c5861153a391f"
TRAIN, INFER = Subject(f"auto-pool-os-{PROJECT}"), Subject(f"infer-pool-os-{PROJECT}")
CPU = "modelarts.vm.cpu.4ud"


def grown(subject: Subject, before: int, after: int) -> Counted:
    """Return that a pool grows, or loses nodes."""
    return Counted(subject, CPU, "", "", before, after)


def resource(
    *effects: Effect,
    name: str = "train",
    state: State = State.KNOWN,
    counts: Mapping[str, int] | None = None,
    **inputs: Any,
) -> Resource:
    """Return a resource of a report."""
    return Resource(
        urn=f"urn:pulumi:prod::pools::pulumi-python:dynamic/modelarts:ResourcePool::{name}",
        name=name,
        kind=Kind.POOL,
        action="update",
        subject=effects[0].subject if effects else TRAIN,
        state=state,
        effects=effects,
        footprint=of_effects(effects, inputs),
        standing=Standing(counts),
    )


def report(*resources: Resource, **more: Any) -> Report:
    """Return the report of one stack; `more` is what is otherwise with it."""
    said = {"form": Form.DIGEST, "previewed": True, "complete": True, "failed": False, **more}
    return Report((Stack("pools", "prod", "preview.json", resources=resources, **said),))
