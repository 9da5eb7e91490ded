"""Calling the doctor, and the account that it looks at: one whose every name is known, to be looked for."""

import copy
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from modelarts_emulator import PROJECT, TRAIN_POOL, Emulator
from modelarts_emulator.worlds.documented import WORLD
from pulumi_modelarts.api.clock import Clock
from pulumi_modelarts.api.witness import Transport
from pulumi_modelarts.cli.__main__ import parsed
from pulumi_modelarts.cli.doctor.patient import Patient
from pulumi_modelarts.cli.doctor.run import run
from pulumi_modelarts.cli.given import Given
from pulumi_modelarts.cli.names import Names
from tests.clocks import FakeClock

REGION = "cn-north-7"
PLACE = {"HW_REGION_NAME": REGION, "HW_PROJECT_ID": PROJECT}
ENVIRON = {**PLACE, "HW_ACCESS_KEY": "AKPLANTED0000000001", "HW_SECRET_KEY": "SKPLANTED0000000002"}
TOKEN = {**PLACE, "HW_AUTH_TOKEN": "TOKENPLANTED"}
USER = {**PLACE, "HW_USER_NAME": "annabel", "HW_USER_PASSWORD": "PWPLANTED", "HW_DOMAIN_NAME": "zenith"}
"""What is set for the documented project, by who has a key, a token, or a user and a password."""


@dataclass(frozen=True)
class Done:
    """What came of a run.

    Attributes:
        code: exit status.
        text: what was printed.
    """

    code: int
    text: str

    @property
    def report(self) -> dict[str, Any]:
        """What was printed as JSON."""
        found: dict[str, Any] = json.loads(self.text)
        return found

    def section(self, name: str) -> dict[str, dict[str, Any]]:
        """The findings of a section of the report, by subject; of several with one subject the last."""
        (found,) = [section for section in self.report["sections"] if section["name"] == name]
        return {finding["subject"]: finding for finding in found["findings"]}

    def states(self, name: str) -> dict[str, str]:
        """How the findings of a section are, by subject."""
        return {subject: finding["state"] for subject, finding in self.section(name).items()}


def doctor(
    *words: str,
    environ: Mapping[str, str] = ENVIRON,
    transport: Transport | None = None,
    clock: Clock | None = None,
    out: io.StringIO | None = None,
) -> Done:
    """Call it, as `modelarts doctor` with these words does."""
    out = out or io.StringIO()
    code = run(parsed(["doctor", *words]), environ=environ, clock=clock or FakeClock(), transport=transport, out=out)
    return Done(code, out.getvalue())


def patient(transport: Transport) -> Patient:
    """Who is looked at where a transport leads, by who has a key."""
    return Patient(Given(ENVIRON), Names(shown=False), FakeClock(), transport=transport)


def examined(emulator: Emulator, *words: str, environ: Mapping[str, str] = ENVIRON) -> Done:
    """Call it for an emulated account, and read the report."""
    return doctor(*words, "--json", environ=environ, transport=emulator.transport())


def findings(report: dict[str, Any]) -> list[dict[str, Any]]:
    """All findings of a report."""
    return [finding for section in report["sections"] for finding in section["findings"]]


def documented() -> dict[str, Any]:
    """The documented world without the fields that nobody knows."""
    world = copy.deepcopy(WORLD)
    pool = world["projects"][PROJECT]["pools"][TRAIN_POOL]
    del pool["spec"], pool["resources"][0]["futureField"]
    return world
