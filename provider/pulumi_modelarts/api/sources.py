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
    "emulator clock": ("modelarts:emulatorClock",),
    "CA file": (
        *("modelarts:caFile", "huaweicloud:cacertFile", "HW_CACERT"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    ),
    "live preview": ("modelarts:livePreview",),
    "workers": ("modelarts:workers",),
    "most growth": ("modelarts:maxGrowth",),
    "most scale-in": ("modelarts:maxScaleIn",),
    "claim": ("modelarts:claim",),
    "trace file": ("MODELARTS_TRACE",),
    "freeze": ("MODELARTS_FREEZE",),
    "most bought": ("MODELARTS_MAX_BOUGHT",),
    "most removed": ("MODELARTS_MAX_REMOVED",),
    "approval": ("MODELARTS_APPROVED",),
}
"""What is looked for where; the first that is set wins. Names of `HW_*` are those of Huawei Cloud's other tools."""

OWN: Final = "modelarts:"
OWN_KEYS: Final = tuple(key for keys in KEYS.values() for key in keys if key.startswith(OWN))

_IN_ITS_PLACE: Final[Mapping[str, str]] = {
    "region": "give one such as cn-north-4",
    "project id": "give its id, of letters, digits and hyphens, as the console shows it beside the region",
    "workspace id": "give its id, of letters, digits and hyphens; 0 is that of the default one",
}
"""What to write where something has another form."""

_UNUSABLE: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
"""Control characters, and what stands for bytes that are no text: nothing that is asked for or sent has any."""

_BLANK: Final = (
    "is set and empty, as it is where the value of a pipeline was not found. Give it its value, or unset it: then "
    "nothing is held to it"
)

LONGEST_SHOWN: Final = 80
"""Characters of a value that a message repeats."""

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
        self._missing: dict[str, None] = {}
        self._unusable: dict[str, str] = {}

    @property
    def environ(self) -> Mapping[str, str]:
        """The environment."""
        return self._environ

    def own(self) -> Sources:
        """The same without what is set up for other tools: only `modelarts:*` counts. What is wrong both remember."""
        own = Sources(lambda key: self._lookup(key) if key.startswith(OWN) else None, {})
        own._missing, own._unusable = self._missing, self._unusable
        return own

    def rank(self, what: str) -> int:
        """The index, in its list of keys, of the first that is set; the length of the list if none is."""
        keys = KEYS[what]
        return next((rank for rank, key in enumerate(keys) if self._value(key)), len(keys))

    def find(self, what: str) -> str | None:
        """The value of the first key that is set; one that nothing can be done with is remembered."""
        found = next((value for key in KEYS[what] if (value := self._value(key))), None)
        if found is not None and _UNUSABLE.search(found):
            self.reject(what, "has line breaks, other control characters, or bytes that are no text inside")
        return found

    def refuse_blank(self, what: str) -> None:
        """Remember that the variable of something is there and says nothing, where that must not pass for no limit."""
        for key in KEYS[what]:
            if self._environ.get(key) is not None and not self._value(key):
                self.reject_key(key, _BLANK)

    def formed(self, what: str, form: str) -> str | None:
        """The value of the first key that is set; one that has another form is remembered, and counts for nothing."""
        found = self.find(what)
        if found is None or re.fullmatch(form, found):
            return found
        self.reject(what, f"{shortened(found)} is no {what}; {_IN_ITS_PLACE[what]}")
        return None

    def need(self, what: str, form: str) -> str:
        """The same; one that is missing is remembered too."""
        if self.find(what) is None:
            self.miss(what)
        return self.formed(what, form) or ""

    def key_of(self, what: str) -> str:
        """The first key that is set."""
        return KEYS[what][self.rank(what)]

    def keys_of(self, what: str) -> tuple[str, ...]:
        """All keys that are set; the first one counts."""
        return tuple(key for key in KEYS[what] if self._value(key))

    @property
    def missing(self) -> tuple[str, ...]:
        """What is missing, so far."""
        return tuple(self._missing)

    @property
    def unusable(self) -> Mapping[str, str]:
        """Why what is set by a key cannot be used, by key, so far."""
        return dict(self._unusable)

    def miss(self, *what: str) -> None:
        """Remember what is missing; each thing once, however often it is looked for."""
        self._missing.update(dict.fromkeys(what))

    def reject(self, what: str, reason: str) -> None:
        """Remember that the value found for something cannot be used. The reason must not repeat a secret."""
        self.reject_key(self.key_of(what), reason)

    def reject_key(self, key: str, reason: str) -> None:
        """Remember that what is set by a key cannot be used; the first reason counts. It must not repeat a secret."""
        self._unusable.setdefault(key, reason)

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
        if not self._unusable:
            return []
        return ["ModelArts settings that cannot be used:", *(f"  {key}: {why}" for key, why in self._unusable.items())]

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
                "`pulumi config set --secret modelarts:accessKey` and "
                "`pulumi config set --secret modelarts:secretKey`, which ask for the keys; "
                "or try without an account: `pulumi config set modelarts:endpoint emulator`."
            ),
        ]


def shortened(value: str) -> str:
    """A value that is no secret, quoted, and cut where it is long."""
    return repr(cut(value))


def cut(value: str) -> str:
    """A value, cut where it is long."""
    return value if len(value) <= LONGEST_SHOWN else value[:LONGEST_SHOWN] + "…"
