"""Resource options that need an answer of ours: `ignore_changes`, `import_` and `id`.

The engine takes the paths of `ignore_changes` as they are and says nothing where they lead nowhere. It replaces what
they cover before a provider sees it, and tells `check` nothing of that: so a resource brings them into the engine's
spelling, refuses what names nothing, and passes the list on as an input of its own.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from copy import copy
from typing import TYPE_CHECKING, Any

from pulumi_modelarts.resources._errors import ProgramError
from pulumi_modelarts.specs.paths import ANY, Steps, property_name, steps_of, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pulumi import ResourceOptions

    from pulumi_modelarts.resources._arguments import Inputs

_PULUMIS_OWN = "__provider"


def adoptable(what: str, opts: ResourceOptions | None, instead: str) -> None:
    """Refuses options that ask for an object by its id.

    Args:
        what: The resource, for messages.
        opts: Its options.
        instead: What to write instead.

    Raises:
        ProgramError: They do.
    """
    for option, given in (("import_", getattr(opts, "import_", None)), ("id", getattr(opts, "id", None))):
        if given is not None:
            raise ProgramError(f"{what}: ResourceOptions({option}=…) cannot serve it. {instead}")


def ignoring(
    what: str, opts: ResourceOptions, inputs: Inputs, computed: str, given: Mapping[str, Any]
) -> tuple[ResourceOptions, list[str]]:
    """Brings `ignore_changes` into the engine's spelling.

    Args:
        what: The resource, for messages.
        opts: Its options.
        inputs: The inputs it has.
        computed: The input that says what a run does, which cannot be ignored.
        given: The properties of this one, to tell keys that it has not.

    Returns:
        The options for the engine, and the paths to pass on.

    Raises:
        ProgramError: A path names nothing, or what a run does.
    """
    found = [
        path if path in {ANY, _PULUMIS_OWN} else written(_steps(what, path, inputs, computed, given))
        for path in opts.ignore_changes or []
    ]
    if not found:
        return opts, []
    rewritten = copy(opts)
    every = sorted(inputs) if ANY in found else []
    rewritten.ignore_changes = list(dict.fromkeys([*every, *(path for path in found if path != ANY)]))
    passed_on = [ANY] if ANY in found else sorted({path for path in found if path != _PULUMIS_OWN})
    return rewritten, passed_on


def _steps(what: str, path: str, inputs: Inputs, computed: str, given: Mapping[str, Any]) -> Steps:
    try:
        steps = steps_of(path)
    except ValueError as error:
        raise ProgramError(f"{what}: ignore_changes: {error}") from error
    if steps[0] == computed:
        raise ProgramError(
            f"{what}: ignore_changes names {path!r}, which says what a run does: the run would do it all the same, and "
            "no preview would show it. Name the inputs that are to be left alone instead"
        )
    return tuple(_resolved(what, path, steps, inputs, given))


def _resolved(what: str, path: str, steps: Steps, inputs: Inputs, given: object) -> Iterator[str]:
    """Yields the steps as the engine spells them."""
    known = inputs
    for at, step in enumerate(steps):
        if not known:
            raise _nothing(what, path, f"write {_shorter(steps, at)!r}")
        name = step if ANY in {step, *known} else property_name(step)
        keys = _keys(given) if ANY in known else sorted(known)
        if step != ANY and keys is not None and name not in keys:
            raise _nothing(what, path, _meant(steps, at, name, keys))
        yield name
        known = known.get(ANY) or known.get(name) or {}
        given = given.get(name) if isinstance(given, Mapping) else None


def _keys(given: object) -> list[str] | None:
    """Returns the keys that a program has given; None where they are not known yet, or none are given."""
    return sorted(given) if isinstance(given, Mapping) else None


def _meant(steps: Steps, at: int, name: str, keys: Sequence[str]) -> str:
    """Returns what to write in place of a step that names nothing, be it a part of a key with dots."""
    before = [property_name(steps[0]), *steps[1:at]] if at else []
    key = ".".join(steps[at:])
    if key in keys:
        return f"write {written([*before, key])!r}"
    meant = difflib.get_close_matches(name, keys, n=1)
    return f"did you mean {written([*before, *meant])!r}?" if meant else f"there are {', '.join(keys)}"


def _shorter(steps: Steps, at: int) -> str:
    """Returns what to write in place of a path that leads into a value, or through a flavor's id with dots."""
    first = property_name(steps[0])
    return written([first, ".".join(steps[1:])] if first == "flavors" else [first, *map(property_name, steps[1:at])])


def _nothing(what: str, path: str, out: str) -> ProgramError:
    return ProgramError(f"{what}: ignore_changes names {path!r}, which is no input of it; {out}")
