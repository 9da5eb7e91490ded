"""Parsing of inputs: raw ones become one frozen, typed value, or a list of everything that is wrong with them.

Pulumi hands a provider plain dictionaries: every number is a float, optional inputs are absent, and in a preview any
value may be unknown. `parse` turns them into a `Spec`, keeps the unknown values where they were, and reports all bad
fields at once, each with the property path a user would write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from pulumi_modelarts.specs.spelling import Path, property_path
from pulumi_modelarts.specs.wording import reason


class Spec(BaseModel):
    """Base of every declaration: camelCase names on the wire and in state, frozen, no unknown keys."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)

    @classmethod
    def arguments(cls) -> frozenset[str]:
        """Returns the names of the arguments that a program can give."""
        return frozenset(name for name, field in cls.model_fields.items() if Computed not in field.metadata)

    @classmethod
    def together(cls, given: Mapping[str, object]) -> Mapping[str, str]:
        """Returns what is wrong with inputs that are given, or left out, together, by the input's name in state.

        Args:
            given: The inputs, by their names in state, those among them that are not known yet.
        """
        del given
        return {}

    def to_inputs(self) -> dict[str, Any]:
        """Returns the canonical inputs: camelCase, defaults dropped, so that equal declarations are equal data."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)


class Replaces:
    """Marks a field whose change means another object: Pulumi replaces instead of updating."""


class Computed:
    """Marks a field that `check` fills in; a program cannot set it."""


class Apart:
    """Marks a field that stands for itself: where it is wrong, what is said about the others still holds."""


SpecT = TypeVar("SpecT", bound=Spec)


@dataclass(frozen=True)
class Problem:
    """Something that must be changed before a run may start.

    Attributes:
        path: The input it is about, as a program writes it (`node_pools["gold"].count`).
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
        rest: The declaration without what is wrong, where that says nothing about the rest; None otherwise.
    """

    spec: SpecT | None
    inputs: dict[str, Any]
    problems: tuple[Problem, ...]
    rest: SpecT | None = None


def wrong_inside(places: Sequence[tuple[str | int, str]]) -> PydanticCustomError:
    """Returns the error for elements of a field: the key or index of each, and what is wrong with it."""
    return PydanticCustomError("wrong_inside", "{places}", {"places": places})


def fields_marked(spec: type[Spec], mark: type) -> frozenset[str]:
    """Returns the camelCase names of the fields annotated with `mark`."""
    return _fields_marked(spec, mark)


@cache
def _fields_marked(spec: type[Spec], mark: type) -> frozenset[str]:
    return frozenset(
        field.alias or name for name, field in spec.model_fields.items() if any(meta is mark for meta in field.metadata)
    )


@cache
def input_names(spec: type[Spec]) -> frozenset[str]:
    """Returns the camelCase names of all fields."""
    return frozenset(field.alias or name for name, field in spec.model_fields.items())


def inputs_of(spec: type[Spec], props: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the inputs among the properties of a resource, which hold outputs and the pickled provider as well."""
    names = input_names(spec)
    return {key: value for key, value in props.items() if key in names}


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
    given = {name: value for name, value in raw.items() if value is not None}
    apart = [Problem(property_path((name,)), why) for name, why in spec.together(given).items()]
    try:
        value = spec.model_validate(known)
    except ValidationError as error:
        problems = (*apart, *_problems(spec, error, [path for path, _ in unknown]))
        if apart:
            return Parsed(None, dict(raw), problems)
        if problems:
            return Parsed(None, dict(raw), problems, None if unknown else _rest(spec, known, error))
        inputs = _field_by_field(spec, known)
    else:
        if apart:
            return Parsed(None, dict(raw), tuple(apart))
        inputs = value.to_inputs()
        if not unknown:
            return Parsed(value, inputs, ())
    for path, placeholder in unknown:
        _put(inputs, path, placeholder)
    return Parsed(None, inputs, ())


def _rest(spec: type[SpecT], known: Mapping[str, Any], error: ValidationError) -> SpecT | None:
    """Returns the declaration without its wrong fields, where each of them stands for itself or is no input at all."""
    wrong = {str(detail["loc"][0]) for detail in error.errors(include_url=False) if detail["loc"]}
    if not wrong or wrong & input_names(spec) - fields_marked(spec, Apart):
        return None
    try:
        return spec.model_validate({key: value for key, value in known.items() if key not in wrong})
    except ValidationError:
        return None


def _field_by_field(spec: type[Spec], known: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the canonical form of each known field, where what is unknown keeps the whole from being parsed."""
    inputs: dict[str, Any] = {}
    for name, field in spec.model_fields.items():
        key = field.alias or name
        if key not in known:
            continue
        adapter = TypeAdapter[Any](field.rebuild_annotation())
        try:
            value = adapter.validate_python(known[key])
        except ValidationError:
            inputs[key] = _part_by_part(field.annotation, known[key])
        else:
            if value != field.get_default(call_default_factory=True):
                inputs[key] = adapter.dump_python(value, mode="json", by_alias=True, exclude_defaults=True)
    return inputs


def _part_by_part(annotation: object, known: object) -> object:
    """Returns the canonical form of what is known of a field that holds declarations, alone or in a map."""
    spec = next((each for each in _arguments(annotation) if isinstance(each, type) and issubclass(each, Spec)), None)
    if spec is None or not isinstance(known, Mapping):
        return known
    if get_origin(annotation) is Mapping or any(get_origin(each) is Mapping for each in get_args(annotation)):
        return {key: _part_by_part(spec, item) for key, item in known.items()}
    return _field_by_field(spec, known)


def _without_unknown(
    raw: Mapping[str, Any], is_unknown: Callable[[object], bool]
) -> tuple[dict[str, Any], list[tuple[Path, Any]]]:
    """Splits raw inputs into the known part and the places of the unknown values.

    An unknown element makes its whole list unknown: normalising sorts and drops elements, so that an index means
    nothing afterwards.
    """
    unknown: list[tuple[Path, Any]] = []

    def known(items: Mapping[str, Any], path: Path) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for key, value in items.items():
            here = (*path, key)
            elements = value if isinstance(value, (list, tuple)) else (value,)
            placeholder = next((element for element in elements if is_unknown(element)), None)
            if placeholder is not None:
                unknown.append((here, placeholder))
            else:
                kept[key] = known(value, here) if isinstance(value, Mapping) else value
        return kept

    return known(raw, ()), unknown


def _put(inputs: dict[str, Any], path: Path, value: object) -> None:
    """Puts an unknown value back where it was."""
    *groups, last = map(str, path)
    target = inputs
    for group in groups:
        target = target.setdefault(group, {})
    target[last] = value


def _problems(spec: type[Spec], error: ValidationError, unknown: list[Path]) -> Iterator[Problem]:
    for detail in error.errors(include_url=False):
        path = detail["loc"]
        if any(_one_is_inside(path, place) for place in unknown):
            continue
        if detail["type"] == "wrong_inside":
            yield from (Problem(property_path((*path, step)), why) for step, why in detail["ctx"]["places"])
        else:
            yield Problem(property_path(path), reason(spec, detail["type"], detail["msg"], path, detail["input"]))


def _one_is_inside(one: Path, other: Path) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _arguments(annotation: object) -> Iterator[object]:
    yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _arguments(argument)
