"""Label selectors of lists, in the forms that Kubernetes knows (assumed: the service documents none)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from modelarts_emulator.service.exceptions import bad_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelarts_emulator.service.call import Call

_KEY = r"[A-Za-z0-9](?:[\w./-]*[A-Za-z0-9])?"
_VALUE = r"[\w.-]*"
_REQUIREMENT = re.compile(
    rf"\s*(?:!\s*(?P<lacking>{_KEY})|(?P<key>{_KEY})(?:\s*(?P<sign>==?|!=)\s*(?P<value>{_VALUE})"
    rf"|\s+(?P<word>in|notin)\s*\((?P<values>\s*{_VALUE}\s*(?:,\s*{_VALUE}\s*)*)\))?)\s*",
    re.ASCII,
)


class Requirement(NamedTuple):
    """What a selector demands of one label.

    Attributes:
        key: Label.
        values: Values that it may have, or may not; None: any.
        wanted: False for an object that must not have the label, or none of these values; one that lacks it has none.
    """

    key: str
    values: frozenset[str] | None
    wanted: bool

    def is_met(self, labels: Mapping[str, str]) -> bool:
        """Whether an object with these labels is selected."""
        has = self.key in labels and (self.values is None or labels[self.key] in self.values)
        return has == self.wanted


def selects(call: Call, labels: Mapping[str, str]) -> bool:
    """Whether the `labelSelector` of a request leaves an object with these labels.

    Raises:
        ApiError: 400 for a selector that cannot be read.
    """
    return all(requirement.is_met(labels) for requirement in _parsed(call.request.query.get("labelSelector", "")))


@lru_cache(64)
def _parsed(text: str) -> tuple[Requirement, ...]:
    """Requirements that commas separate: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`."""
    found, end = [], 0
    while end < len(text):
        match = _REQUIREMENT.match(text, end)
        if match is None or text[match.end() : match.end() + 1] not in {"", ","}:
            raise bad_request(f"labelSelector {text!r}: from character {end + 1} on it is no requirement of a label")
        found.append(_requirement(**match.groupdict()))
        end = match.end() + 1
    return tuple(found)


def _requirement(
    lacking: str | None, key: str | None, sign: str | None, value: str | None, word: str | None, values: str | None
) -> Requirement:
    if key is None:
        return Requirement(lacking or "", None, wanted=False)
    if sign is not None:
        return Requirement(key, frozenset({value or ""}), wanted=sign != "!=")
    if values is not None:
        return Requirement(key, frozenset(map(str.strip, values.split(","))), wanted=word == "in")
    return Requirement(key, None, wanted=True)
