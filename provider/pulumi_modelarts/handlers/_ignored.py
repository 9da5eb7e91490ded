"""What a run looks after, once what the program leaves alone (`ignore_changes`) is taken out.

A resource passes its own list on, so that `check` knows it. A list that a transformation adds is known to the engine
alone, which tells it to `diff` and `update` and to nobody else: `diff` hides what it covers as the engine does, and
`update` refuses what `check` has announced and the engine has hidden.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_modelarts.api.errors import RefusedError
from pulumi_modelarts.plans import changes
from pulumi_modelarts.specs.paths import Paths, reset

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_modelarts.specs._declaration import Declaration, DeclarationT


def looked_after(spec: DeclarationT, olds: Mapping[str, Any], further: Sequence[str] = ()) -> DeclarationT:
    """Returns what a run looks after, and what of it, or of what was there before, is secret.

    Args:
        spec: What the program declares.
        olds: What is recorded; what was secret there is as long as this run could tell it.
        further: What the engine ignores besides.
    """
    secrets = tuple(sorted({*spec.secrets, *(olds.get("secrets") or ())}))
    ignored = tuple(sorted({*spec.ignored, *further}))
    return spec.model_copy(update={"secrets": secrets, "ignored": ignored}).managed


def as_before(
    spec: type[Declaration], computed: str, before: Mapping[str, Any], after: Mapping[str, Any], ignored: Sequence[str]
) -> dict[str, Any]:
    """Returns inputs in which everything that is ignored, planned or declared, is as it was before.

    Args:
        spec: The declaration.
        computed: The input that says what the run does.
        before: The recorded inputs.
        after: The checked ones.
        ignored: Property paths.
    """
    paths = Paths.of(ignored)
    kept = reset(after, before, paths)
    planned, recorded = kept.get(computed), before.get(computed) or {}
    if isinstance(planned, dict) and (hidden := spec.entries_of(paths, planned)):
        rest = {key: entry for key, entry in planned.items() if key not in hidden}
        kept[computed] = rest | {key: recorded[key] for key in hidden if key in recorded}
    return kept


def refuse_hidden(spec: Declaration, computed: str, announced: Mapping[str, str], further: Sequence[str]) -> None:
    """Refuses a run that would do what the engine has hidden from its preview.

    Args:
        spec: What the program declares.
        computed: The input that says what the run does.
        announced: What this run has announced.
        further: What the engine ignores; with `*`, nothing is done at all.

    Raises:
        RefusedError: Something is hidden.
    """
    paths = Paths.of(set(further) - set(spec.ignored))
    if paths.everything:
        return
    hidden = {key: entry for key, entry in announced.items() if paths.cover(computed, key)}
    hidden |= spec.entries_of(paths, announced)
    if hidden:
        raise RefusedError(
            f"ignore_changes={sorted(further)} of a transformation hides what this run would do:\n"
            f"{changes.listed(hidden)}\nNothing was sent. Pass it to the resource itself, as "
            "ResourceOptions(ignore_changes=[…]), which leaves those inputs alone, or take it out."
        )
