"""The three ways to say who one is, and how one of them is chosen. Secrets never show in a `repr`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pydantic import SecretStr

from pulumi_modelarts.api.sources import CREDENTIAL_PARTS, CREDENTIALS

if TYPE_CHECKING:
    from collections.abc import Mapping

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

    @property
    def expired(self) -> str | None:
        """What to do once it has ended; None for a permanent one, which does not."""
        return None if self.security_token is None else _expired("A temporary access key")


@dataclass(frozen=True)
class Token:
    """A project token that somebody else got from IAM; it cannot be renewed.

    Attributes:
        token: what goes into `X-Auth-Token`.
    """

    token: SecretStr

    @property
    def expired(self) -> str | None:
        """What to do once it has ended."""
        return _expired("A token")


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

    @property
    def expired(self) -> str | None:
        """None: its tokens are renewed, so that none of them has ended when it is refused."""
        return None


Credentials = AccessKey | Token | Password


def _expired(kind: str) -> str:
    """What to do about what somebody else has issued, where the service does not take it (documented: IAM)."""
    return (
        f"{kind} lives for 24 hours at most and is not renewed here: set a new one, of this region and project, then "
        "run the same command again. What was asked for before goes on at the service."
    )


ACCESS_KEY: Final = ("access key", "secret key")
TOKEN: Final = ("token",)
PASSWORD: Final = ("user name", "password", "domain name")
KINDS: Final = (ACCESS_KEY, TOKEN, PASSWORD)
"""What makes a complete credential; the earlier kind wins where one place has two."""

SENT_IN_HEADERS: Final = ("access key", "security token", "token")

PASSPHRASE: Final = "PULUMI_CONFIG_PASSPHRASE"  # noqa: S105 - the name of a variable
PUBLIC_PASSPHRASE: Final = "emulator"  # noqa: S105 - public on purpose: it is that of the example, which has no secrets


def secrets_of(credentials: Credentials) -> list[str]:
    """What must never be shown of these credentials."""
    return [part.get_secret_value() for part in vars(credentials).values() if isinstance(part, SecretStr)]


def choose(sources: Sources) -> Credentials | None:
    """The credentials of the most specific place that names any; `sources` remembers what is missing.

    A security token counts only where the access key was found: it belongs to that key, and one left over in the
    environment would make another key useless.

    Args:
        sources: where to look.

    Returns:
        The credentials; None when something is missing.
    """
    _refuse_readable(sources)
    kind = min(KINDS, key=lambda parts: _rank(sources, parts))
    found = {part: value for part in kind if (value := sources.find(part))}
    if not any(part in found for part in _own(kind)):
        sources.miss(CREDENTIALS)
        return None
    if kind == ACCESS_KEY and sources.rank("security token") == sources.rank("access key"):
        found["security token"] = sources.find("security token") or ""
    _check_characters(sources, found)
    missing = [part for part in kind if part not in found]
    sources.miss(*missing)
    return None if missing else _credentials(kind, found)


def need_none(sources: Sources) -> None:
    """Reject every part that is set where none is needed: real keys would end up in the files of an example."""
    for part in CREDENTIAL_PARTS:
        if sources.find(part):
            sources.reject(part, unneeded(sources.key_of(part)))


def _refuse_readable(sources: Sources) -> None:
    """Reject every part that a stack keeps encrypted with a passphrase that anybody can read."""
    if sources.environ.get(PASSPHRASE) != PUBLIC_PASSPHRASE:
        return
    for part in CREDENTIAL_PARTS:
        if sources.find(part) and ":" in (key := sources.key_of(part)):
            sources.reject(part, readable(key))


def unneeded(key: str) -> str:
    """What is said of a key that is set beside the embedded emulator."""
    return (
        "is set, and the embedded emulator needs no credentials. Take it out, with "
        f"`pulumi config rm {key}` where a stack has it, and set a real account up in a folder and a stack of its own"
    )


def readable(key: str) -> str:
    """What is said of a key that anybody can read."""
    return (
        "is encrypted with the passphrase of the public example (PULUMI_CONFIG_PASSPHRASE), which anybody can read. "
        f"Take it out with `pulumi config rm {key}`, and set it in a folder and a stack of your own, with a passphrase "
        "of your own in a new shell; whoever has seen this stack's files has the key, so replace it"
    )


def _own(kind: tuple[str, ...]) -> tuple[str, ...]:
    """The parts that say which kind is meant. A domain name alone does not: it stands beside other credentials too."""
    return tuple(part for part in kind if part != "domain name")


def _rank(sources: Sources, kind: tuple[str, ...]) -> int:
    """How specific the place is that names a part of this kind; less is more specific."""
    return min(sources.rank(part) for part in _own(kind))


def _credentials(kind: tuple[str, ...], found: Mapping[str, str]) -> Credentials:
    if kind == TOKEN:
        return Token(SecretStr(found["token"]))
    if kind == PASSWORD:
        return Password(found["user name"], SecretStr(found["password"]), found["domain name"])
    temporary = found.get("security token")
    return AccessKey(
        access_key=SecretStr(found["access key"]),
        secret_key=SecretStr(found["secret key"]),
        security_token=SecretStr(temporary) if temporary else None,
    )


def _check_characters(sources: Sources, found: Mapping[str, str]) -> None:
    """Reject what a header cannot carry: the HTTP library's own complaint would repeat the value."""
    for part in SENT_IN_HEADERS:
        if not re.fullmatch(r"[!-~]*", found.get(part, "")):
            sources.reject(part, "has blanks or characters beyond ASCII inside")
