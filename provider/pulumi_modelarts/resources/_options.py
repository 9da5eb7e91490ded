"""Resource options that need an answer of ours: `import_` and `id`, and those that name inputs or outputs.

The engine takes names and paths as they are and says nothing where they lead nowhere: an output that was to be secret
is kept in plain then. So a resource brings them into the engine's spelling, and refuses what names nothing.

What `ignore_changes` covers the engine replaces before a provider sees it, and tells `check` nothing of that: the list
is passed on as an input of its own.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from copy import copy
from typing import TYPE_CHECKING, Any

from pulumi import dynamic

from pulumi_modelarts.resources._errors import ProgramError, near
from pulumi_modelarts.specs.paths import ANY, Steps, property_name, steps_of, written

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from pulumi import ResourceOptions

    from pulumi_modelarts.resources._arguments import Inputs

_PULUMIS_OWN = "__provider"
_NAMING = ("additional_secret_outputs", "replace_on_changes", "hide_diffs")
"""Options that name inputs or outputs, beside `ignore_changes`; not every SDK has all of them."""


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
    asked = f"{what}: ignore_changes"
    for path in opts.ignore_changes or []:
        _refuse_ignored(asked, path, computed)
    found = _spelt(asked, opts.ignore_changes or [], inputs, given)
    if not found:
        return opts, []
    rewritten = copy(opts)
    every = sorted(inputs) if ANY in found else []
    rewritten.ignore_changes = list(dict.fromkeys([*every, *(path for path in found if path != ANY)]))
    passed_on = [ANY] if ANY in found else sorted({path for path in found if path != _PULUMIS_OWN})
    return rewritten, passed_on


def spelt(
    what: str,
    kind: type[dynamic.Resource],
    opts: ResourceOptions,
    inputs: Inputs,
    computed: str,
    given: Mapping[str, Any],
) -> ResourceOptions:
    """Brings what further options name into the engine's spelling.

    Args:
        what: The resource, for messages.
        kind: Its class.
        opts: Its options.
        inputs: The inputs it has.
        computed: The input that says what a run does.
        given: The properties of this one, to tell keys that it has not.

    Returns:
        The options for the engine.

    Raises:
        ProgramError: A name or a path names nothing.
    """
    if not any(getattr(opts, option, None) for option in _NAMING):
        return opts
    rewritten, steps = copy(opts), {computed: {ANY: dict[str, Any]()}}
    outputs: dict[str, Inputs] = {name: {} for name in _outputs_of(kind)}
    if secret := opts.additional_secret_outputs:
        known = sorted(outputs.keys() - inputs.keys() - steps.keys())
        rewritten.additional_secret_outputs = [_output(what, name, known, {*inputs, *steps}) for name in secret]
    for option, places in (("replace_on_changes", {**inputs, **steps}), ("hide_diffs", {**outputs, **inputs, **steps})):
        if paths := getattr(opts, option, None):
            setattr(rewritten, option, _spelt(f"{what}: {option}", paths, places, given))
    return rewritten


def _outputs_of(kind: type[dynamic.Resource]) -> list[str]:
    """Returns the outputs that a class has beside those of every resource."""
    own = [name for name, each in inspect.getmembers(kind) if isinstance(each, property)]
    return [property_name(name) for name in own if not hasattr(dynamic.Resource, name)]


def _output(what: str, name: str, known: Sequence[str], inputs: Collection[str]) -> str:
    """Returns an output as the engine spells it; refuses one that would stay in plain beside its secret self."""
    asked, spelt_so = f"{what}: additional_secret_outputs", property_name(name)
    if spelt_so in inputs:
        raise ProgramError(
            f"{asked} names {name!r}, which is an input as well, and as such would stay in plain. Make what is secret "
            "of it a secret where it is given, by pulumi.Output.secret(…); what follows from that is secret then"
        )
    if spelt_so not in known:
        meant = near(spelt_so, known)
        out = f"did you mean {meant[0]!r}?" if meant else f"there are {', '.join(known)}"
        raise ProgramError(f"{asked} names {name!r}, which is no output of it; {out}")
    return spelt_so


def _spelt(asked: str, paths: Sequence[str], inputs: Inputs, given: Mapping[str, Any]) -> list[str]:
    """Returns paths as the engine spells them.

    Args:
        asked: The resource and its option, for messages.
        paths: What the option names.
        inputs: What there is to name.
        given: The properties of the resource.

    Raises:
        ProgramError: A path names nothing.
    """
    return [
        path if path in {ANY, _PULUMIS_OWN} else written(_resolved(asked, path, _steps(asked, path), inputs, given))
        for path in paths
    ]


def _steps(asked: str, path: str) -> Steps:
    try:
        return steps_of(path)
    except ValueError as error:
        raise ProgramError(f"{asked}: {error}") from error


def _refuse_ignored(asked: str, path: str, computed: str) -> None:
    if _steps(asked, path)[0] == computed:
        raise ProgramError(
            f"{asked} names {path!r}, which says what a run does: the run would do it all the same, and no preview "
            "would show it. Name the inputs that are to be left alone instead"
        )


def _resolved(asked: str, path: str, steps: Steps, inputs: Inputs, given: object) -> Iterator[str]:
    """Yields the steps as the engine spells them."""
    known = inputs
    for at, step in enumerate(steps):
        if not known:
            raise _nothing(asked, path, f"write {_shorter(steps, at)!r}")
        name = step if ANY in {step, *known} else property_name(step)
        keys = _keys(given) if ANY in known else sorted(known)
        if step != ANY and keys is not None and name not in keys:
            raise _nothing(asked, path, _meant(steps, at, name, keys))
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
    meant = near(name, keys)
    return f"did you mean {written([*before, *meant])!r}?" if meant else f"there are {', '.join(keys)}"


def _shorter(steps: Steps, at: int) -> str:
    """Returns what to write in place of a path that leads into a value, or through a flavor's id with dots."""
    first = property_name(steps[0])
    return written([first, ".".join(steps[1:])] if first == "flavors" else [first, *map(property_name, steps[1:at])])


def _nothing(asked: str, path: str, out: str) -> ProgramError:
    return ProgramError(f"{asked} names {path!r}, which is no input of it; {out}")
