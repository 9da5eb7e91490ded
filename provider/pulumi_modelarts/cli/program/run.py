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
from pulumi_modelarts.cli.program.account import Account, title
from pulumi_modelarts.cli.program.declared import Declared, declared_pool
from pulumi_modelarts.cli.program.fleets import grouped
from pulumi_modelarts.cli.program.networks import declared_network
from pulumi_modelarts.cli.program.text import Contents, Text
from pulumi_modelarts.reconcilers.fleet_reader import FleetReader
from pulumi_modelarts.reconcilers.network import NetworkReader
from pulumi_modelarts.reconcilers.pool_reader import PoolReader

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from pulumi_modelarts.api.clock import Clock
    from pulumi_modelarts.api.resource_pool import ResourcePool
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
        out.write(_program(Account.of(given, clock or SystemClock(), transport), arguments))
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


def _program(account: Account, words: argparse.Namespace) -> str:
    """The program of the networks and pools of an account."""
    began = account.session.clock.monotonic()
    found, unreadable = account.pools(words.pools)
    reader = PoolReader(account.session, began)
    pools = [declared_pool(reader, pool, title(pool)) for pool in found]
    networks, unlisted = _networks(account, found, words)
    fleets, others = grouped(FleetReader.recent(account.session), pools) if words.fleet else ([], pools)
    day = datetime.fromtimestamp(account.session.clock.time(), UTC).strftime("%Y-%m-%d")
    return Text(account.settings, day).program(Contents(networks, fleets, others, unreadable, unlisted))


def _networks(account: Account, pools: list[ResourcePool], words: argparse.Namespace) -> tuple[list[Declared], str]:
    """The networks of an account, or of the pools that are asked for, and why they are not there."""
    if not words.networks:
        return [], ""
    networks, unlisted = account.networks({pool.spec.network.name for pool in pools} if words.pools else None)
    reader = NetworkReader(account.session)
    return [declared_network(reader, network, title(network)) for network in networks], unlisted


def _failed(error: ModelArtsError, status: int) -> int:
    sys.stderr.write(f"modelarts program: {error}\n")
    return status
