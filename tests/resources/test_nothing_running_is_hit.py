"""Whatever runs, whatever is declared and whatever happens meanwhile: no program costs anybody their work."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, event, given, settings

from modelarts_emulator import Emulator
from tests.examples import examples
from tests.resources.fleets import Case, cases
from tests.resources.host import Engine
from tests.resources.interference import mortal
from tests.resources.witness import Witness, running

if TYPE_CHECKING:
    from tests.resources.host import Program

pytestmark = pytest.mark.heavy

COME_TRUE = 5_000
"""Virtual seconds after which everything has ended that ends at all."""

SHARES = 16
"""Parts into which the examples are cut, so that several processes share them and none is left with much at the end."""

emulator = Emulator()
"""One for all examples: each seeds it anew, and making one takes longer than that."""


class Run:
    """One case, run as an engine runs it: each command a process of its own, each seen by the witness.

    Args:
        case: The case.
    """

    def __init__(self, case: Case) -> None:
        emulator.seed(case.world)
        self.case = case
        self.witness = Witness(emulator, case.chance)
        self.engine = Engine(lambda: mortal(emulator, self.witness, "nothing-running-is-hit"))

    def up(self, program: Program) -> None:
        """Preview a program, then run it."""
        self.witness.program = program
        self.witness.begin("", {})
        preview = self.engine.preview(program)
        if self.engine.said:
            event("refused in preview")
            return
        self.engine.up(program, partial(self._begin, preview))
        event("failed" if self.engine.said else "done")

    def _begin(self, preview: dict[str, dict[str, str]], name: str, announced: dict[str, str]) -> None:
        """Begin a resource; where nothing begins or ends by itself, its preview has said the same."""
        self.witness.begin(name, announced)
        if self.case.lasting and announced != preview[name]:
            self.witness.faults.append(f"{name}: the preview said {preview[name]}, and the run says {announced}")


@pytest.mark.parametrize("share", range(SHARES))
@given(case=cases())
@settings(max_examples=examples(3, long=3_000 // SHARES), suppress_health_check=[HealthCheck.too_slow])
def test_nothing_running_is_ever_hit(share: int, case: Case) -> None:
    """No run touches busy nodes, parts of supernodes, or what its preview did not name; a second one does nothing."""
    run = Run(case)
    event(f"share {share}")
    at_work = running(emulator.world())

    for program in case.programs:
        run.up(program)
        ended = not run.engine.said
        emulator.clock.advance(COME_TRUE)
        run.witness.writes.clear()
        run.up(program)
        if ended and run.witness.writes:
            run.witness.faults.append(f"the second run writes {run.witness.writes}")

    still = running(emulator.world())
    for key in at_work.keys() - still.keys():
        if key not in jobs_that_end(case) and not run.witness.ignored.intersection(at_work[key]):
            run.witness.faults.append(f"{key} has ended, and nobody ended it")
    assert run.witness.faults == []


def jobs_that_end(case: Case) -> set[str]:
    """Return the ids of training jobs that end by themselves."""
    (project,) = case.world["projects"].values()
    return {key for key, job in project["training_jobs"].items() if job["ends_in"] is not None}
