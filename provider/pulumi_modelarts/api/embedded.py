"""The embedded emulator: the only place that knows it, and loads it for whoever asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts._version import version
from pulumi_modelarts.api.errors import ConfigurationError
from pulumi_modelarts.api.sources import LONGEST_SHOWN, shortened

if TYPE_CHECKING:
    from modelarts_emulator import Emulator

NEW_CLOCK: Final = "scaled:60"
"""The clock of a world that an embedded emulator makes: one that runs, as somebody will wait for what they start."""


def opened(file: str, clock: str | None = None) -> Emulator:
    """The emulator of a world file, which is made where there is none.

    Args:
        file: The world file.
        clock: Its clock, such as `scaled:60`; None leaves it as the file says.

    Raises:
        ConfigurationError: The emulator is not installed, or cannot use the file.
    """
    import sqlite3  # noqa: PLC0415 - what the emulator keeps its world in

    try:
        from modelarts_emulator import Emulator, UnsupportedFileError  # noqa: PLC0415 - only who asks for it loads it
    except ModuleNotFoundError as error:
        raise _missing() from error
    try:
        return Emulator.open(file, clock, new_clock=NEW_CLOCK)
    except OSError as error:
        reason = error.strerror or error
        raise ConfigurationError(f"modelarts:emulatorFile: {shortened(file)} cannot be used: {reason}") from error
    except (UnsupportedFileError, sqlite3.Error, ValueError) as error:
        raise ConfigurationError(f"modelarts:emulatorFile: {shortened(file)} cannot be used: {error}") from error


def in_memory() -> Emulator:
    """An emulator of the documented world, which is gone with it.

    Raises:
        ConfigurationError: The emulator is not installed.
    """
    try:
        from modelarts_emulator import Emulator  # noqa: PLC0415 - only who asks for it loads it
    except ModuleNotFoundError as error:
        raise _missing() from error
    return Emulator(clock=NEW_CLOCK)


def problem_of_clock(setting: str) -> str | None:
    """Why the emulator knows no such clock; None where it does, and where it is not installed, as nothing is then."""
    try:
        from modelarts_emulator import parse_mode  # noqa: PLC0415 - only who asks for it loads it
    except ModuleNotFoundError:
        return None
    try:
        parse_mode(setting[:LONGEST_SHOWN])
    except ValueError as error:
        return str(error)
    return None


def beyond_pages(operation: str, answer: Any) -> list[str]:
    """Paths of the fields of an answer that none of the pages has from which the emulator was written.

    Args:
        operation: By the emulator's name for it, such as `listPools`.
        answer: The answer.

    Raises:
        ConfigurationError: The emulator is not installed.
    """
    try:
        from modelarts_emulator.service.shape import unknown  # noqa: PLC0415 - only who asks for it loads it
        from modelarts_emulator.service.urls import OPERATIONS  # noqa: PLC0415 - likewise
    except ModuleNotFoundError as error:
        raise _missing() from error

    return unknown(OPERATIONS[operation].contract.shape("answer"), answer)


def _missing() -> ConfigurationError:
    return ConfigurationError(
        "modelarts:endpoint is emulator, and the emulator is not installed here; "
        f"`pip install modelarts-emulator=={version()}` brings it back, in a checkout "
        "`pip install ./tools/modelarts-emulator`"
    )
