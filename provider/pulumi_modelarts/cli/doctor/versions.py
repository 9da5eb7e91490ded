"""What is installed here."""

from __future__ import annotations

import platform
import ssl
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

from pulumi_modelarts._version import version as own_version
from pulumi_modelarts.cli.doctor.report import Finding, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi_modelarts.cli.doctor.patient import Patient

EMULATOR: Final = "modelarts-emulator"
LIBRARIES: Final = ("pulumi", "httpx", "pydantic")


def look(_: Patient) -> Iterator[Finding]:
    """Package, emulator, Python, libraries and system."""
    own = own_version()
    yield Finding(State.OK, "pulumi-modelarts", own, facts={"version": own})
    yield _emulator(own)
    python = platform.python_version()
    yield Finding(State.OK, "Python", f"{python}, {ssl.OPENSSL_VERSION}", facts={"version": python})
    yield from map(_library, LIBRARIES)
    system = f"{platform.system()} {platform.machine()}"
    yield Finding(State.OK, "system", system, facts={"system": platform.system(), "machine": platform.machine()})


def _emulator(own: str) -> Finding:
    found = _installed(EMULATOR)
    facts = {"version": found}
    remedy = f"Install the same version: pip install {EMULATOR}=={own}, in a checkout pip install ./tools/{EMULATOR} ."
    if found is None:
        return Finding(State.WARNING, EMULATOR, "not installed", remedy, facts)
    if found != own:
        return Finding(State.WARNING, EMULATOR, f"{found}, which is not that of pulumi-modelarts", remedy, facts)
    return Finding(State.OK, EMULATOR, found, facts=facts)


def _library(name: str) -> Finding:
    found = _installed(name)
    if found is None:
        return Finding(State.FAILED, name, "not installed", f"pip install {name}", {"version": None})
    return Finding(State.OK, name, found, facts={"version": found})


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
