"""The emulator's own errors: what a program that uses it may have to catch. Those of the service are `ApiError`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from modelarts_emulator.messages import Response


class ImpossibleWorldError(ValueError):
    """A world that cannot exist was given to the emulator; the message says which statement is impossible and why."""


class UnreadableFileError(ValueError):
    """A YAML or JSON file holds no plain data, or something else than it should; the text says where."""


class UnsupportedFileError(RuntimeError):
    """A world file was written by another version, or is not a world file at all."""


class LockedFileError(TimeoutError):
    """Another process kept a world file locked for as long as this one waited.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path | None) -> None:
        super().__init__(f"{path} is locked by another process that does not let go; end it, or use another file")
        self.path = path


class UnsupportedSnapshotError(ValueError):
    """A snapshot was taken by another version, or is none; the message says what is wrong with it."""


class DefectWarning(RuntimeWarning):
    """Something that fell due met a defect of the emulator; it is set aside, and the world goes on without it."""


class DefectError(RuntimeError):
    """A request met a defect of the emulator itself; what went wrong is its cause.

    Attributes:
        answer: What a client over HTTP is told, with the id of the request.
    """

    def __init__(self, request: str, answer: Response) -> None:
        super().__init__(f"a defect of the emulator at {request}; please report it with what is said above")
        self.answer = answer
