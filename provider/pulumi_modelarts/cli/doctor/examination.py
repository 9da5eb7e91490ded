"""The sections of a report, in their order; one that breaks off ends alone."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.cli.doctor import (
    assumptions,
    connection,
    identity,
    inventory,
    rights,
    settings,
    unknown_fields,
    versions,
)
from pulumi_modelarts.cli.doctor.report import Finding, Section, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pulumi_modelarts.cli.doctor.patient import Patient

    Look = Callable[[Patient], Iterator[Finding]]

DEBUG: Final = "MODELARTS_DEBUG"
SECTIONS: Final[tuple[tuple[str, str, Look], ...]] = (
    ("versions", "Versions", versions.look),
    ("settings", "Settings", settings.look),
    ("connection", "Connection", connection.look),
    ("identity", "Who asks", identity.look),
)
"""Name, title, and what finds. The connection is the first to ask, and shows whether more questions are in vain."""
OF_THE_SERVICE: Final[tuple[tuple[str, str, Look], ...]] = (
    ("rights", "Rights", rights.look),
    ("inventory", "Pools and nodes", inventory.look),
    ("unknown_fields", "Fields that nobody knows", unknown_fields.look),
    ("assumptions", "Assumed behaviours", assumptions.look),
)
"""Those that have nothing to say where the service cannot be asked."""


def examine(patient: Patient) -> Iterator[Section]:
    """The sections, each as soon as it is complete."""
    for name, title, look in SECTIONS:
        yield Section(name, title, tuple(_findings(name, look, patient)))
    for name, title, look in OF_THE_SERVICE:
        findings = (_in_vain(patient),) if patient.in_vain else tuple(_findings(name, look, patient))
        yield Section(name, title, findings)


def _in_vain(patient: Patient) -> Finding:
    return Finding(State.UNKNOWN, "service", patient.in_vain, "See what failed above.")


def _findings(name: str, look: Look, patient: Patient) -> Iterator[Finding]:
    try:
        yield from look(patient)
    except Exception as error:  # noqa: BLE001 - whoever is ill needs the other sections all the more
        if patient.given.environ.get(DEBUG):
            traceback.print_exc()
        text = f"this section broke off: a defect of pulumi-modelarts ({type(error).__name__})"
        yield Finding(State.FAILED, name, text, f"Report it; {DEBUG}=1 shows where.")
