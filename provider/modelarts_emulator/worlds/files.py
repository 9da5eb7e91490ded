"""Worlds and snapshots in files that people write and read: YAML or JSON."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json, to_json

from modelarts_emulator.state.errors import UnreadableFileError, UnsupportedSnapshotError
from modelarts_emulator.state.store import make_private

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping

LARGEST = 16 * 1024 * 1024
"""Bytes of a world file."""


def read_world(path: str | os.PathLike[str]) -> dict[str, Any]:
    """A world from a YAML or JSON file, as `Emulator.seed` takes it.

    Raises:
        UnreadableFileError: The file holds no plain data; with line and column where they are known.
        OSError: It cannot be read.
    """
    return read_document(Path(path), "a world")


def read_document(path: Path, what: str, *, ours: bool = False) -> dict[str, Any]:
    """A map from a YAML or JSON file.

    Args:
        path: The file, named .yaml, .yml or .json.
        what: What it is to hold, for error texts.
        ours: Whether it comes with the package.

    Raises:
        UnreadableFileError: As `read_world`.
        OSError: It cannot be read.
    """
    from_yaml = partial(_from_yaml, ours=ours)
    readers: dict[str, Callable[[Path, str], Any]] = {".yaml": from_yaml, ".yml": from_yaml, ".json": _from_json}
    read = readers.get(path.suffix.lower())
    if read is None:
        raise UnreadableFileError(f"{path}: {what} stands in a file named .yaml, .yml or .json")
    document = read(path, _text(path))
    if not isinstance(document, dict):
        raise UnreadableFileError(f"{path}: {what} is a map, this is {type(document).__name__}")
    return document


def read_snapshot(path: Path) -> Mapping[str, Any]:
    """A snapshot from a JSON file, not yet looked at.

    Raises:
        UnsupportedSnapshotError: The file is not JSON.
        OSError: It cannot be read.
    """
    try:
        document: Mapping[str, Any] = from_json(path.read_bytes())
    except ValueError as error:
        raise UnsupportedSnapshotError(f"{path} is not JSON: {error}") from error
    return document


def write(path: Path, document: Mapping[str, Any]) -> None:
    """Write a JSON file, as a whole or not at all."""
    draft = path.with_name(path.name + ".part")
    make_private(draft)
    draft.write_bytes(to_json(document, indent=1) + b"\n")
    draft.replace(path)


def _text(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise UnreadableFileError(f"{path} has more than {LARGEST // 1024 // 1024} MiB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{path} is not UTF-8: {error.reason} at byte {error.start}") from error


def _from_json(path: Path, text: str) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise UnreadableFileError(f"{path}: the key {twice!r} stands twice in one object")
        return found

    def refuse(constant: str) -> None:
        raise UnreadableFileError(f"{path}: {constant} is no JSON")

    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise UnreadableFileError(f"{path}:{error.lineno}:{error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise UnreadableFileError(f"{path}: lists and objects are nested too deeply") from error


def _from_yaml(path: Path, text: str, *, ours: bool) -> Any:
    from modelarts_emulator.worlds import plain_yaml  # noqa: PLC0415 - only who reads such a file needs the parser

    try:
        return plain_yaml.load(text, ours=ours)
    except plain_yaml.NotPlainError as error:
        raise UnreadableFileError(f"{path}{error.place}: {error}") from error
