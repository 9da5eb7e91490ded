"""The settings of a Pulumi stack, read from the files of its project: no Pulumi process is started for it.

Documented: "Stack settings file reference" and "Pulumi project file reference". What is encrypted stays so, as it takes
the stack's passphrase or key; what an environment of Pulumi ESC brings is known to Pulumi's service alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import yaml

from pulumi_modelarts.api.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PROJECT: Final = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")
SECURE: Final = "secure"
LEGACY: Final = ":config:"
"""Between namespace and name of keys that an old CLI has written."""


class NoStackError(ConfigurationError):
    """There is no such project, or no such stack in it."""


@dataclass(frozen=True)
class StackSettings:
    """What the files of a project say about one of its stacks.

    Attributes:
        stack: its name.
        values: plain values by key, such as `modelarts:region`.
        places: the file that each of them is from.
        encrypted: keys of values that cannot be read.
        unread: whether there are environments of Pulumi ESC, which may bring more.
        problem: why a file cannot be read; empty where it can.
    """

    stack: str
    values: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    encrypted: frozenset[str] = frozenset()
    unread: bool = False
    problem: str = ""


def read(stack: str, folder: Path) -> StackSettings:
    """The settings of a stack.

    Args:
        stack: its name; one with organization and project before it means the same.
        folder: the folder of its project, or one within it.

    Raises:
        NoStackError: there is no such project, or no such stack in it.
    """
    project = _project(folder)
    name = stack.rpartition("/")[2]
    try:
        facts = _document(project)
        file = _file(project, facts, name)
        document = _document(file)
    except _UnreadableError as error:
        return StackSettings(name, problem=str(error))
    prefix = str(facts.get("name") or "")
    found = {**dict(_entries(facts, project.name, prefix)), **dict(_entries(document, file.name, prefix))}
    return StackSettings(
        name,
        values={key: entry.value for key, entry in found.items() if entry.value is not None},
        places={key: entry.file for key, entry in found.items()},
        encrypted=frozenset(key for key, entry in found.items() if entry.value is None),
        unread=bool(document.get("environment")),
    )


@dataclass(frozen=True)
class _Entry:
    file: str
    value: str | None


class _UnreadableError(Exception):
    """A file that cannot be read; says where, and nothing of what is in it."""


def _project(folder: Path) -> Path:
    """The project's file, in the folder or in one that it lies in."""
    start = folder.resolve()
    for each in (start, *start.parents):
        for name in PROJECT:
            if (each / name).is_file():
                return each / name
    raise NoStackError(f"there is no Pulumi.yaml in {folder}, nor in a folder above it; name the project's with --cwd")


def _file(project: Path, facts: Mapping[str, Any], stack: str) -> Path:
    """The stack's file."""
    home = project.parent / str(facts.get("stackConfigDir") or "")
    file = home / f"Pulumi.{stack}{project.suffix}"
    if file.is_file():
        return file
    others = sorted(
        each.name.split(".", 1)[1].removesuffix(project.suffix) for each in home.glob(f"Pulumi.*{project.suffix}")
    )
    known = f"there are files of {', '.join(others)}" if others else "there is none of any stack"
    raise NoStackError(f"there is no {file.name} in {home}; {known}")


def _document(file: Path) -> dict[str, Any]:
    """A file, every scalar as the text that it is: `true`, `08` and `1.0` are what somebody has written."""
    try:
        found = yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 - it makes texts, lists and maps
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = "" if mark is None else f", line {mark.line + 1}, column {mark.column + 1}"
        raise _UnreadableError(f"{file.name} is no YAML{where}") from error
    except (OSError, ValueError, yaml.YAMLError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise _UnreadableError(f"{file.name} cannot be read ({reason})") from error
    if not isinstance(found, dict | None):
        raise _UnreadableError(f"{file.name} is no map")
    return found or {}


def _entries(document: Mapping[str, Any], file: str, project: str) -> Iterator[tuple[str, _Entry]]:
    """The settings of a file; what it leaves to others is left out."""
    config = document.get("config")
    for key, given in config.items() if isinstance(config, dict) else ():
        value = _value(given)
        if value is None or isinstance(value, str):
            yield _key(key, project), _Entry(file, value)


def _key(key: str, project: str) -> str:
    plain = key.replace(LEGACY, ":")
    return plain if ":" in plain else f"{project}:{plain}"


def _value(given: Any) -> Any:
    """The value of a setting; None for one that is encrypted, and anything but a text for one that is of no use here.

    A project's file declares a setting with its type, and may have a value or a default for it.
    """
    if not isinstance(given, dict):
        return given
    if SECURE in given:
        return None
    for name in ("value", "default"):
        if name in given:
            return _value(given[name])
    return given
