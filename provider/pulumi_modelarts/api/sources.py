"""Where settings are looked for, and the one message about all that is missing or wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "region": ("modelarts:region", "huaweicloud:region", "HW_REGION_NAME"),
    "project id": ("modelarts:projectId", "huaweicloud:projectId", "HW_PROJECT_ID"),
    "access key": ("modelarts:accessKey", "huaweicloud:accessKey", "HW_ACCESS_KEY"),
    "secret key": ("modelarts:secretKey", "huaweicloud:secretKey", "HW_SECRET_KEY"),
    "security token": ("modelarts:securityToken", "huaweicloud:securityToken", "HW_SECURITY_TOKEN"),
    "token": ("modelarts:token", "huaweicloud:token", "HW_AUTH_TOKEN"),
    "user name": ("modelarts:userName", "huaweicloud:userName", "HW_USER_NAME"),
    "password": ("modelarts:password", "huaweicloud:password", "HW_USER_PASSWORD"),
    "domain name": ("modelarts:domainName", "huaweicloud:domainName", "HW_DOMAIN_NAME"),
    "endpoint": ("modelarts:endpoint", "huaweicloud:endpoint", "HW_MODELARTS_ENDPOINT"),
    "IAM endpoint": ("modelarts:iamEndpoint", "huaweicloud:authUrl", "HW_AUTH_URL"),
    "workspace id": ("modelarts:workspaceId", "huaweicloud:workspaceId", "HW_WORKSPACE_ID"),
    "emulator file": ("modelarts:emulatorFile",),
}
"""What is looked for where; the first that is set wins. Names of `HW_*` are those of Huawei Cloud's other tools."""

CREDENTIALS: Final = "credentials"
CREDENTIAL_PARTS: Final = (
    "access key",
    "secret key",
    "security token",
    "token",
    "user name",
    "password",
    "domain name",
)
"""What a message lists when there are no credentials at all."""


class Sources:
    """Configuration and environment, read key by key; remembers what was missing or wrong.

    Args:
        lookup: value of a configuration key such as `modelarts:region`, None if there is none.
        environ: the environment.
    """

    def __init__(self, lookup: Callable[[str], str | None], environ: Mapping[str, str]) -> None:
        self._lookup = lookup
        self._environ = environ
        self._missing: list[str] = []
        self._unusable: list[str] = []

    def own(self) -> Sources:
        """The same sources, without those of other tools: only `modelarts:*` counts."""
        return Sources(lambda key: self._lookup(key) if key.startswith("modelarts:") else None, {})

    def rank(self, what: str) -> int:
        """The index, in its list of keys, of the first that is set; the length of the list if none is."""
        keys = KEYS[what]
        return next((rank for rank, key in enumerate(keys) if self._value(key)), len(keys))

    def find(self, what: str) -> str | None:
        """The value of the first key that is set."""
        return next((value for key in KEYS[what] if (value := self._value(key))), None)

    def need(self, what: str, form: str) -> str:
        """The value of the first key that is set; what is missing, or has another form, is remembered."""
        found = self.find(what)
        if found is None:
            self.miss(what)
        elif not re.fullmatch(form, found):
            self.reject(what, f"{found!r} is no {what}")
        return found or ""

    def miss(self, *what: str) -> None:
        """Remember what is missing."""
        self._missing += what

    def reject(self, what: str, reason: str) -> None:
        """Remember that the value found for something cannot be used. The reason must not repeat a secret."""
        key = KEYS[what][self.rank(what)]
        self._unusable.append(f"{key}: {reason}")

    @property
    def faulty(self) -> bool:
        """Whether anything was missing or could not be used."""
        return bool(self._missing or self._unusable)

    def error(self) -> ConfigurationError:
        """The one error about all that was missing or could not be used."""
        return ConfigurationError("\n".join([*self._unusable_lines(), *self._missing_lines()]))

    def _value(self, key: str) -> str:
        """The value of one key; empty if it is not set or blank. Blanks around a value come from copying it."""
        found = self._lookup(key) if ":" in key else self._environ.get(key)
        return (found or "").strip()

    def _unusable_lines(self) -> list[str]:
        return [f"ModelArts settings that cannot be used: {'; '.join(self._unusable)}."] if self._unusable else []

    def _missing_lines(self) -> list[str]:
        if not self._missing:
            return []
        wanted = set(self._missing)
        if CREDENTIALS in self._missing:
            wanted.update(CREDENTIAL_PARTS)
        return [
            f"ModelArts settings that are missing: {', '.join(self._missing)}. Looked for, the first that is set wins:",
            *(f"  {what}: {', '.join(keys)}" for what, keys in KEYS.items() if what in wanted),
            (
                "Set them, for example with `pulumi config set modelarts:region cn-north-4`, "
                "`pulumi config set modelarts:projectId <project id>`, "
                "`pulumi config set --secret modelarts:accessKey <AK>` and "
                "`pulumi config set --secret modelarts:secretKey <SK>`; "
                "or try without an account: `pulumi config set modelarts:endpoint emulator`."
            ),
        ]
