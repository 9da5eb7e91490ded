"""What whoever starts a run forbids it, read from the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_modelarts.api.choices import freeze, number
from pulumi_modelarts.plans.limits import Limits

if TYPE_CHECKING:
    from pulumi_modelarts.api.sources import Sources

_BLIND = (
    "holds a run to what its preview finds out, and modelarts:livePreview is false; set that to true, or unset this one"
)


def limits_of(sources: Sources, *, live_preview: bool) -> Limits:
    """Returns what a run is forbidden; `sources` remembers what cannot be used.

    Args:
        sources: Configuration and environment.
        live_preview: Whether previews look at the service: without, nobody knows what a run does before it does it.
    """
    if not live_preview:
        for what in ("most bought", "most removed", "approval"):
            if sources.find(what) is not None:
                sources.reject(what, _BLIND)
    return Limits(
        freeze=freeze(sources),
        most_bought=number(sources, "most bought"),
        most_removed=number(sources, "most removed"),
    )
