"""Names and ids that belong to somebody, and what stands for them in a text that anybody may read."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from pulumi_modelarts.api.hosts import address_of, is_loopback
from pulumi_modelarts.api.settings import EMULATOR_FILE
from pulumi_modelarts.api.sources import cut

if TYPE_CHECKING:
    from pulumi_modelarts.api.proxies import Proxy

PUBLIC: Final = (".myhuaweicloud.com", ".myhuaweicloud.eu", ".emulator.invalid")
"""What the names of hosts end in that everybody knows."""

SHORTEST: Final = 4
"""Letters of a name that is replaced in a text of others; a shorter one may be a part of any word."""

_LOOKS_PRIVATE: Final = re.compile(
    r"""[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}  # the id of a job
    | [A-Za-z0-9-]*[0-9a-f]{24,}[A-Za-z0-9-]*   # the id of a project, and names that end in it
    | os-node-[A-Za-z0-9-]+
    | [\w.+-]+@[\w-]+(\.[\w-]+)+
    | (?<![\w.])\d{1,3}(\.\d{1,3}){3}(?![\w.])
    | (?<![\w./])(/home|/Users|/root)/[^\s:,;'"]*
    | \b([a-zA-Z0-9-]+\.)+(local|lan|internal|intranet|corp|example|com|net|org|cn|eu|io)\b""",
    re.VERBOSE,
)


class Names:
    """Shows names, or what stands for them: the same for the same name, throughout a report.

    Args:
        shown: whether names are shown as they are.

    Attributes:
        shown: as given.
    """

    def __init__(self, *, shown: bool) -> None:
        self.shown = shown
        self._labels: dict[tuple[str, str], str] = {}
        self._numbers: Counter[str] = Counter()

    def label(self, kind: str, name: str) -> str:
        """What stands for a name, such as `pool-1`; numbered in the order in which they are first asked for."""
        key = (kind, name)
        if key not in self._labels:
            self._numbers[kind] += 1
            self._labels[key] = f"{kind}-{self._numbers[kind]}"
        return self._labels[key]

    def of(self, kind: str, name: str) -> str:
        """A name, or what stands for it.

        Args:
            kind: what it is a name of, such as `pool`.
            name: the name.
        """
        label = self.label(kind, name)
        return name if self.shown else label

    def host(self, host: str) -> str:
        """A host, by its name where everybody knows it."""
        if is_loopback(host) or host.endswith(PUBLIC):
            return host
        shown = self.of("host", host)
        return f"[{shown}]" if shown == host and ":" in host else shown

    def address(self, address: str) -> str:
        """An address of a service; its path and its query are nobody's affair."""
        parts = urlsplit(address)
        port = "" if parts.port is None else f":{parts.port}"
        rest = parts.path if self.shown or parts.path in {"", "/"} else "/..."
        return f"{parts.scheme}://{self.host(parts.hostname or '')}{port}{rest}"

    def proxy(self, proxy: Proxy) -> str:
        """A proxy, with the variable that it is set by; never with a user or a password."""
        place = str(proxy).partition(" (")[0]
        return f"{self.address(place)} ({proxy.variable})"

    def path(self, path: str) -> str:
        """The path of a file, which may tell of its owner."""
        return path if self.shown or path == EMULATOR_FILE else self.of("file", path)

    def foreign(self, text: str) -> str:
        """A text that somebody else has written, without all names that are known, and what looks like one."""
        if self.shown:
            return text
        labels = {form: label for (_, name), label in self._labels.items() for form in (name, cut(name))}
        for form, label in sorted(labels.items(), key=lambda item: -len(item[0])):
            if len(form) >= SHORTEST:
                text = re.sub(re.escape(form), label, text, flags=re.IGNORECASE)
        return _LOOKS_PRIVATE.sub(_hidden, text)


def _hidden(found: re.Match[str]) -> str:
    word = found[0]
    address = address_of(word)
    if word.endswith(PUBLIC) or (isinstance(address, ipaddress.IPv4Address) and address.is_loopback):
        return word
    return "..."
