"""Resources that are registered one after the other, in the order of the program.

Pulumi sends independent resources to the engine at once, so that they arrive in any order, another one in the preview
than in the run. Where the first that comes takes what the next one would take as well, they have to take turns. A
dependency would do that, too; but it would stand in the state, and bind what a program deletes or targets.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from pulumi import Output

if TYPE_CHECKING:
    from pulumi import Resource


class Turns:
    """The turns of some resources, apart for each program that runs in this process."""

    def __init__(self) -> None:
        self._last: WeakKeyDictionary[asyncio.AbstractEventLoop, Resource] = WeakKeyDictionary()

    def wait(self) -> Output[None] | None:
        """Returns an input without a value, which is there once the last resource has been registered; None for none.

        Outside of a running loop, as in some unit tests, nothing takes turns.
        """
        loop = _loop()
        last = None if loop is None else self._last.get(loop)
        return None if last is None else Output.from_input(_registered(last))

    def taken_by(self, resource: Resource) -> None:
        """Has the next resource wait for this one."""
        if (loop := _loop()) is not None:
            self._last[loop] = resource


def _loop() -> asyncio.AbstractEventLoop | None:
    with suppress(RuntimeError):
        return asyncio.get_running_loop()
    return None


async def _registered(resource: Resource) -> None:
    with suppress(Exception):  # Pulumi reports it where it happened
        await resource.urn.future()
