"""Parsing at the door: raw inputs become one frozen, typed value, or a list of everything that is wrong with them.

Pulumi hands a provider plain dictionaries: every number is a float, optional inputs are absent, and in a preview any
value may be unknown. `parse` turns them into a `Spec`, keeps the unknown values where they were, and reports all bad
fields at once, each with the property path a user would write.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

Path = tuple[str | int, ...]


class Spec(BaseModel):
    """Base of every declaration: camelCase names on the wire and in state, frozen, no unknown keys."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)

    def to_inputs(self) -> dict[str, Any]:
        """Returns the canonical inputs: camelCase, defaults dropped, so that equal declarations are equal data."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)


class Replaces:
    """Marks a field whose change means another object: Pulumi replaces instead of updating."""


class Computed:
    """Marks a field that `check` fills in; a program cannot set it."""


SpecT = TypeVar("SpecT", bound=Spec)


@dataclass(frozen=True)
class Problem:
    """Something that must be changed before a run may start.

    Attributes:
        path: The input it is about, as a user writes it (`flavors["modelarts.vm.cpu.4ud"]`).
        reason: What is wrong and what to do about it.
    """

    path: str
    reason: str


@dataclass(frozen=True)
class Parsed(Generic[SpecT]):
    """What became of the raw inputs.

    Attributes:
        spec: The typed declaration; None when something is wrong or not known yet.
        inputs: The inputs to record: canonical, with unknown values still in their places.
        problems: Everything that is wrong with the known values.
    """

    spec: SpecT | None
    inputs: dict[str, Any]
    problems: tuple[Problem, ...]


def wrong_at(path: Path, reason: str) -> PydanticCustomError:
    """Returns the error for one element of a field; `path` is where in the field."""
    return PydanticCustomError("wrong_at", "{reason}", {"at": path, "reason": reason})


def fields_marked(spec: type[Spec], mark: type) -> frozenset[str]:
    """Returns the camelCase names of the fields annotated with `mark`."""
    return frozenset(
        field.alias or name for name, field in spec.model_fields.items() if any(meta is mark for meta in field.metadata)
    )


def input_names(spec: type[Spec]) -> frozenset[str]:
    """Returns the camelCase names of all fields."""
    return frozenset(field.alias or name for name, field in spec.model_fields.items())


def property_path(path: Path) -> str:
    """Returns a path the way Pulumi prints it: `nodePools["gold"].azs["cn-north-7c"]`, `nodes[1]`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.isidentifier():
            text += f".{step}" if text else step
        else:
            text += f'["{step}"]'
    return text


def parse(spec: type[SpecT], raw: Mapping[str, Any], is_unknown: Callable[[object], bool]) -> Parsed[SpecT]:
    """Parses raw inputs.

    Args:
        spec: The declaration to parse into.
        raw: The inputs as Pulumi delivers them, `__provider` already taken out.
        is_unknown: Tells a value that is not known yet.

    Returns:
        What became of them; never raises for bad input.
    """
    known, unknown = _without_unknown(raw, is_unknown)
    try:
        value = spec.model_validate(known)
    except ValidationError as error:
        problems = tuple(_problems(spec, error, [path for path, _ in unknown]))
        if problems:
            return Parsed(None, dict(raw), problems)
        inputs = _field_by_field(spec, known)
    else:
        inputs = value.to_inputs()
        if not unknown:
            return Parsed(value, inputs, ())
    for path, placeholder in unknown:
        _put(inputs, path, placeholder)
    return Parsed(None, inputs, ())


def _field_by_field(spec: type[Spec], known: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the canonical form of each known field, where what is unknown keeps the whole from being parsed."""
    inputs: dict[str, Any] = {}
    for name, field in spec.model_fields.items():
        key = field.alias or name
        if key not in known:
            continue
        adapter = TypeAdapter[Any](Annotated[field.annotation, *field.metadata])  # type: ignore[arg-type]  # built here
        try:
            value = adapter.validate_python(known[key])
        except ValidationError:
            inputs[key] = known[key]
        else:
            if value != field.get_default(call_default_factory=True):
                inputs[key] = adapter.dump_python(value, mode="json", by_alias=True, exclude_defaults=True)
    return inputs


def _without_unknown(
    raw: Mapping[str, Any], is_unknown: Callable[[object], bool]
) -> tuple[Any, list[tuple[Path, Any]]]:
    """Splits raw inputs into the known part and the places of the unknown values."""
    unknown: list[tuple[Path, Any]] = []

    def known(value: object, path: Path) -> object:
        if isinstance(value, Mapping):
            return dict(_known_items(((str(key), item) for key, item in value.items()), path))
        if isinstance(value, (list, tuple)):
            return [item for _, item in _known_items(enumerate(value), path)]
        return value

    def _known_items(items: Iterator[tuple[Any, Any]] | enumerate[Any], path: Path) -> Iterator[tuple[Any, Any]]:
        for key, item in items:
            here = (*path, key)
            if is_unknown(item):
                unknown.append((here, item))
            else:
                yield key, known(item, here)

    return known(raw, ()), unknown


def _put(inputs: dict[str, Any], path: Path, value: object) -> None:
    """Puts an unknown value back where it was.

    An unknown list element makes its whole list unknown: normalising sorts and drops elements, so that an index means
    nothing afterwards.
    """
    target: dict[str, Any] = inputs
    for step, following in zip(path, (*path[1:], None), strict=True):
        if following is None or isinstance(following, int):
            target[str(step)] = value
            return
        target = target.setdefault(str(step), {})


def _problems(spec: type[Spec], error: ValidationError, unknown: list[Path]) -> Iterator[Problem]:
    for detail in error.errors(include_url=False):
        path = (*(step for step in detail["loc"] if step != "[key]"), *detail.get("ctx", {}).get("at", ()))
        if any(_one_is_inside(path, place) for place in unknown):
            continue
        yield Problem(property_path(path), _reason(spec, detail["type"], detail["msg"], path, detail["input"]))


def _one_is_inside(one: Path, other: Path) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _reason(spec: type[Spec], kind: str, message: str, path: Path, value: object) -> str:
    if kind == "missing":
        return "is required"
    if kind == "extra_forbidden":
        close = difflib.get_close_matches(str(path[-1]), _names_at(spec, path), n=1)
        return "is not an input of this resource" + (f"; did you mean {close[0]!r}?" if close else "; remove it")
    text = message.removeprefix("Value error, ")
    if kind in {"value_error", "wrong_at"}:
        return text
    return f"{text[0].lower()}{text[1:]}, got {value!r}"


def _names_at(spec: type[Spec], path: Path) -> list[str]:
    """Returns the names that are allowed where an unknown one was found."""
    names = set(input_names(spec))
    for model in _nested(spec):
        names |= input_names(model) if len(path) > 1 else set()
    return sorted(names)


def _nested(spec: type[Spec]) -> Iterator[type[Spec]]:
    for field in spec.model_fields.values():
        for argument in _arguments(field.annotation):
            if isinstance(argument, type) and issubclass(argument, Spec):
                yield argument


def _arguments(annotation: object) -> Iterator[object]:
    yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _arguments(argument)
