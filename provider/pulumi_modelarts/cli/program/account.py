"""Where pools are read from: the service that settings lead to, or the embedded emulator."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pulumi_modelarts.api import choices, embedded
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import ApiError, ConfigurationError
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.api.sources import Sources
from pulumi_modelarts.plans.projects import parted
from pulumi_modelarts.reconcilers.session import Session

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pulumi_modelarts.api.clock import Clock
    from pulumi_modelarts.api.network import Network
    from pulumi_modelarts.api.pool_board import Listing
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.api.witness import Transport
    from pulumi_modelarts.cli.given import Given


class NoSuchPoolError(ConfigurationError):
    """A pool was named that is not there."""


@dataclass(frozen=True)
class Account:
    """A project that is read.

    Attributes:
        settings: where it is.
        session: reads it.
    """

    settings: Settings
    session: Session

    @classmethod
    def of(cls, given: Given, clock: Clock, transport: Transport | None) -> Account:
        """The project that settings lead to.

        Args:
            given: what somebody has set.
            clock: measures and sleeps.
            transport: leads to the service in place of the network or the embedded emulator; None for these.

        Raises:
            ConfigurationError: settings are missing or cannot be used.
        """
        sources = Sources(given.lookup, given.environ)
        choices.refuse_misspelt(sources, given.keys)
        choices.refuse_unusable(sources)
        settings = Settings.read(sources)
        if settings is None or sources.faulty:
            raise sources.error()
        if transport is None and settings.emulator_file is not None:
            transport = _embedded(settings.emulator_file, choices.clock(sources))
        return cls(settings, Session(Client(settings, transport=transport, clock=clock), clock))

    def pools(self, names: Sequence[str]) -> tuple[list[ResourcePool], dict[str, str]]:
        """Pools in the order of their display names, and why others cannot be read, by id.

        Args:
            names: ids or display names of those that are wanted; empty for all.

        Raises:
            NoSuchPoolError: one that is named is not there.
            ModelArtsError: they could not be listed.
        """
        listing = self.session.snapshot()
        if names:
            _expect_all(names, listing)
        wanted = [pool for pool in listing.pools.values() if not names or {pool.name, pool.display_name} & {*names}]
        unreadable = {name: str(error) for name, error in listing.unreadable.items() if not names or name in names}
        return sorted(wanted, key=lambda pool: (title(pool), pool.name)), unreadable

    def networks(self, names: Collection[str] | None) -> tuple[list[Network], str]:
        """Networks in the order of their display names, and why they cannot be listed; empty where they can.

        Args:
            names: ids of those that are wanted; None for all.

        Raises:
            ModelArtsError: they could not be listed, for another reason than that this user may not.
        """
        try:
            found = self.session.networks().values()
        except ApiError as error:
            if not error.out_of_reach:
                raise
            return [], error.brief
        wanted = [network for network in found if names is None or network.name in names]
        return sorted(wanted, key=lambda network: (title(network), network.name)), ""


def title(thing: ResourcePool | Network) -> str:
    """What people call a pool or network: its display name, or its id without the project."""
    return thing.display_name or parted(thing.name)[0]


def _expect_all(names: Sequence[str], listing: Listing) -> None:
    known = {word for pool in listing.pools.values() for word in (pool.name, pool.display_name) if word}
    missing = [name for name in names if name not in known | listing.unreadable.keys()]
    if missing:
        raise NoSuchPoolError(
            f"there is no resource pool {', '.join(map(repr, missing))}; the project has "
            f"{', '.join(sorted(listing.pools)) or 'none'}"
        )


def _embedded(file: str, clock: str | None) -> Transport:
    """The way to the embedded emulator; a world that does not exist is not made, but looked at in memory."""
    return (embedded.opened(file, clock) if Path(file).exists() else embedded.in_memory()).transport()
