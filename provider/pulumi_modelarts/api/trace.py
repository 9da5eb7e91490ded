"""A trace: one line for each request, for whoever has to see later what was asked, and what became of it.

It has no secret in any form. Headers are not in it, nor queries, nor answers; of bodies what is known to be harmless.
What others say, which may repeat anything, is searched for the credentials of the settings and of the request, and for
what the program keeps secret.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from pulumi_modelarts.api.caller import current_caller
from pulumi_modelarts.api.error_bodies import carried
from pulumi_modelarts.api.masking import masker
from pulumi_modelarts.api.trace_line import line_of

if TYPE_CHECKING:
    from pulumi_modelarts.api.exchange import Exchange
    from pulumi_modelarts.api.settings import Settings
    from pulumi_modelarts.api.trace_file import TraceFile


class Trace:
    """Writes down the requests of one client.

    Args:
        file: where to.
        settings: which project is asked, and what must not be shown of who asks.
    """

    def __init__(self, file: TraceFile, settings: Settings) -> None:
        self._file = file
        self._project = f"/{quote(settings.project_id, safe='')}/"
        self._secrets = settings.secrets

    def __call__(self, exchange: Exchange) -> None:
        """Write down a request that has ended."""
        caller = current_caller()
        mask = masker([*self._secrets, *(secret for each in exchange.tries for secret in carried(each.request))])
        path = urlsplit(exchange.call.url).path.replace(self._project, "/{project_id}/", 1)
        line = line_of(exchange, caller, os.getpid(), path, lambda text: caller.mask(mask(text)))
        self._file.append(line.to_json())
