"""The command that runs cases at an address and prints the score."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from modelarts_emulator.manifest import reading, running, score, surroundings
from modelarts_emulator.manifest.callers import hidden
from modelarts_emulator.manifest.endpoint import ArrangementError, EndpointError
from modelarts_emulator.manifest.remote import connected
from modelarts_emulator.wording import number_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

AS_THEY_SAY, OTHERWISE, NOT_ASKED, INTERRUPTED = 0, 1, 2, 130
"""Exit statuses."""


def check(
    url: str,
    environment: Mapping[str, str],
    file: Path | None = None,
    *,
    changes: bool,
    costs: str = "",
    as_json: bool,
) -> int:
    """Run cases at an address, and print what came of them.

    Args:
        url: Where.
        environment: Says who asks.
        file: File of cases; None: those that come with the emulator.
        changes: Whether those are run that change something.
        costs: Flavor of which those may buy a node that cost something; empty: the service is asked for none.
        as_json: Whether everything is printed as JSON.

    Returns:
        Exit status.
    """
    given = reading.read(file) if file else None
    cases, together = (given.cases, given.together) if given else (reading.cases(), False)
    verdicts: list[running.Verdict] = []
    try:
        around = surroundings.read(environment)
        with connected(url, around) as endpoint, running.put_back(endpoint, changes=changes):
            for verdict in running.run(cases, endpoint, changes=changes, costs=costs, together=together):
                verdicts.append(verdict)
                _tell_progress(len(verdicts), len(cases))
    except (EndpointError, ArrangementError) as error:
        sys.stderr.write(f"modelarts-emulator: {error}\n")
        return NOT_ASKED
    except KeyboardInterrupt:
        sys.stderr.write(f"modelarts-emulator: interrupted after {len(verdicts)} of {number_of(len(cases), 'case')}\n")
        return INTERRUPTED
    told = json.dumps(score.document(verdicts), indent=2) + "\n" if as_json else score.text(verdicts)
    sys.stdout.write(hidden(told, around.credential))
    results = {verdict.result for verdict in verdicts}
    return OTHERWISE if "contradicts" in results else NOT_ASKED if "no answer" in results else AS_THEY_SAY


def _tell_progress(done: int, of: int) -> None:
    """Say on a terminal how far it is."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done} of {of} cases" if done < of else "\r\x1b[K")
        sys.stderr.flush()
