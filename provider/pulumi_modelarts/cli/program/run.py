"""A run of `modelarts program`. Exit status: 0 printed, 1 could not be read, 2 wrong words, 130 interrupted."""

from __future__ import annotations

import io
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from pulumi_modelarts.api.clock import SystemClock
from pulumi_modelarts.api.errors import ConfigurationError, ModelArtsError
from pulumi_modelarts.cli.given import Given
from pulumi_modelarts.cli.program.account import Account
from pulumi_modelarts.cli.program.declared import declared
from pulumi_modelarts.cli.program.text import program
from pulumi_modelarts.reconcilers.pool_reader import PoolReader

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from pulumi_modelarts.api.clock import Clock
    from pulumi_modelarts.api.witness import Transport

PRINTED, UNREAD, WRONG_WORDS, INTERRUPTED = 0, 1, 2, 130


def run(
    arguments: argparse.Namespace,
    *,
    environ: Mapping[str, str] | None = None,
    clock: Clock | None = None,
    transport: Transport | None = None,
    out: TextIO | None = None,
) -> int:
    """Read, and print the program.

    Args:
        arguments: as `add_to` has them parsed.
        environ: the environment; default: that of the process.
        clock: measures and sleeps; default: that of this machine.
        transport: leads to the service; default: the network, or the embedded emulator.
        out: where to print; default: standard output.

    Returns:
        Exit status.
    """
    out = out or sys.stdout
    if isinstance(out, io.TextIOWrapper):
        out.reconfigure(encoding="utf-8")  # as Python reads programs
    try:
        given = Given.of(arguments, os.environ if environ is None else environ)
        out.write(_program(Account.of(given, clock or SystemClock(), transport), arguments.pools))
        out.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
        return UNREAD
    except ConfigurationError as error:
        return _failed(error, WRONG_WORDS)
    except ModelArtsError as error:
        return _failed(error, UNREAD)
    return PRINTED


def _program(account: Account, names: list[str]) -> str:
    """The program of the pools of an account."""
    began = account.session.clock.monotonic()
    pools, unreadable = account.pools(names)
    reader = PoolReader(account.session, began)
    day = datetime.fromtimestamp(account.session.clock.time(), UTC).strftime("%Y-%m-%d")
    return program(account.settings, [declared(reader, pool) for pool in pools], unreadable, day)


def _failed(error: ModelArtsError, status: int) -> int:
    sys.stderr.write(f"modelarts program: {error}\n")
    return status
