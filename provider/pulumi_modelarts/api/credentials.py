"""The three ways to say who one is, and how one of them is chosen. Secrets never show in a `repr`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pydantic import SecretStr

from pulumi_modelarts.api.sources import CREDENTIALS

if TYPE_CHECKING:
    from pulumi_modelarts.api.sources import Sources


@dataclass(frozen=True)
class AccessKey:
    """A permanent or temporary access key; requests are signed with it.

    Attributes:
        access_key: the AK. Sent with every request, and hidden all the same: it names an account.
        secret_key: the SK. Never sent.
        security_token: what a temporary key comes with.
    """

    access_key: SecretStr
    secret_key: SecretStr
    security_token: SecretStr | None = None


@dataclass(frozen=True)
class Token:
    """A project token that somebody else got from IAM; it cannot be renewed.

    Attributes:
        token: what goes into `X-Auth-Token`.
    """

    token: SecretStr


@dataclass(frozen=True)
class Password:
    """A user who gets tokens from IAM.

    Attributes:
        user: IAM user name.
        password: of that user.
        domain: name of the account the user belongs to.
    """

    user: str
    password: SecretStr
    domain: str


Credentials = AccessKey | Token | Password

KINDS: Final = (("access key", "secret key"), ("token",), ("user name", "password", "domain name"))
"""What makes a complete credential; the earlier kind wins where one place has two."""

SENT_IN_HEADERS: Final = ("access key", "security token", "token")


def secrets_of(credentials: Credentials) -> list[str]:
    """What must never be shown of these credentials."""
    return [part.get_secret_value() for part in vars(credentials).values() if isinstance(part, SecretStr)]


def choose(sources: Sources, *, default: Credentials | None = None) -> Credentials | None:
    """The credentials of the most specific place that names any; what is missing is remembered there.

    A security token counts only where the access key was found: it belongs to that key, and one that was left over in
    the environment would spoil another.

    Args:
        sources: where to look.
        default: what to take when there are none at all.

    Returns:
        The credentials; None when something is missing.
    """
    kind = min(KINDS, key=lambda parts: min(sources.rank(part) for part in parts[:2]))
    found = {part: sources.find(part) for part in kind}
    if not any(found[part] for part in kind[:2]):
        if default is None:
            sources.miss(CREDENTIALS)
        return default
    sources.miss(*(part for part, value in found.items() if not value))
    token = sources.find("security token") if _belongs(sources) else None
    _check_characters(sources, [*kind, *(["security token"] if token and "access key" in kind else [])])
    return _credentials(kind, [value or "" for value in found.values()], token) if all(found.values()) else None


def _belongs(sources: Sources) -> bool:
    return sources.rank("security token") == sources.rank("access key")


def _credentials(kind: tuple[str, ...], values: list[str], security_token: str | None) -> Credentials:
    if kind == ("token",):
        return Token(SecretStr(values[0]))
    if kind == ("access key", "secret key"):
        return AccessKey(
            SecretStr(values[0]), SecretStr(values[1]), SecretStr(security_token) if security_token else None
        )
    user, password, domain = values
    return Password(user, SecretStr(password), domain)


def _check_characters(sources: Sources, parts: list[str]) -> None:
    """A header cannot carry just any character, and the HTTP library's own complaint would repeat the value."""
    for part in SENT_IN_HEADERS:
        if part in parts and not re.fullmatch(r"[!-~]*", sources.find(part) or ""):
            sources.reject(part, "has blanks or characters beyond ASCII inside")
