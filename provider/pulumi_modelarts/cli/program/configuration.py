"""What the stack of a printed program has to be told, as commands; no credential is among them."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api.credentials import AccessKey, Password
from pulumi_modelarts.api.sources import KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi_modelarts.api.settings import Credentials, Settings

OF_KEY: Final = ("access key", "secret key")
OF_USER: Final = ("user name", "password", "domain name")
PLAIN: Final = frozenset({"user name", "domain name"})
"""Parts of credentials that are no secrets by themselves; they are asked for all the same."""

_SHOWABLE: Final = re.compile(r"[A-Za-z0-9._~:/\[\]-]+")
"""An address that can stand in a text of Python and in a shell as it is."""


def commands(settings: Settings) -> Iterator[str]:
    """What leads to the project, as commands of the Pulumi CLI; a file of this machine is left to whoever has it."""
    for what, value in _plain(settings):
        yield f"pulumi config set {KEYS[what][0]} {value}"
    for what in parts(settings):
        yield f"pulumi config set {'' if what in PLAIN else '--secret '}{KEYS[what][0]}"


def parts(settings: Settings) -> tuple[str, ...]:
    """What the credentials consist of that were used; nothing for the embedded emulator."""
    return () if settings.emulator_file is not None else _parts(settings.credentials)


def variables(settings: Settings) -> str:
    """The variables that credentials may come by instead."""
    return ", ".join(KEYS[what][-1] for what in parts(settings))


def _parts(credentials: Credentials) -> tuple[str, ...]:
    if isinstance(credentials, AccessKey):
        return (*OF_KEY, *(("security token",) if credentials.security_token is not None else ()))
    return OF_USER if isinstance(credentials, Password) else ("token",)


def _plain(settings: Settings) -> Iterator[tuple[str, str]]:
    if settings.emulator_file is not None:
        yield "endpoint", "emulator"
    else:
        yield from _addresses(settings)
    yield "region", settings.region
    yield "project id", settings.project_id
    if settings.workspace_id:
        yield "workspace id", settings.workspace_id


def _addresses(settings: Settings) -> Iterator[tuple[str, str]]:
    """Addresses that do not follow from the region."""
    for what, service, address in (
        ("endpoint", "modelarts", settings.endpoint),
        ("IAM endpoint", "iam", settings.iam_endpoint),
    ):
        if address != f"https://{service}.{settings.region}.myhuaweicloud.com":
            yield what, address if _SHOWABLE.fullmatch(address) else shlex.quote("ADDRESS")
