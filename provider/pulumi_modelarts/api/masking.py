"""Taking secrets out of texts, in whichever form they are repeated: plain, escaped, percent-encoded, in base64."""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MASK: Final = "***"

LEAST: Final = 6
"""Bytes from which on a secret is looked for in base64 too: what is left of a shorter one is a part of many words."""

_ESCAPE: Final = re.compile("%[0-9A-F]{2}")


def forms(secret: str) -> frozenset[str]:
    """The ways in which a text may repeat a secret; of base64 the part that is the same wherever the secret stands."""
    raw = secret.encode("utf-8", "surrogatepass")
    escaped = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    percent = {quote(raw), quote(raw, safe=""), quote_plus(raw)}
    lower = {_ESCAPE.sub(lambda found: found[0].lower(), form) for form in percent}
    return frozenset({secret, *escaped, *percent, *lower, *_in_base64(raw)} - {""})


def masker(secrets: Iterable[str]) -> Callable[[str], str]:
    """A function that takes the secrets out of a text, in all their forms."""
    longest_first = sorted({form for secret in secrets for form in forms(secret)}, key=len, reverse=True)

    def mask(text: str) -> str:
        for form in longest_first:
            text = text.replace(form, MASK)
        return text

    return mask


def _in_base64(raw: bytes) -> Iterator[str]:
    """What encodes nothing but the secret, for each place in a group of three bytes where it may begin."""
    if len(raw) < LEAST:
        return
    for before in range(3):
        first, end = -(-8 * before // 6), 8 * (before + len(raw)) // 6
        for encode in (b64encode, urlsafe_b64encode):
            yield encode(bytes(before) + raw).decode("ascii")[first:end]
