"""Identifiers and choices from a keyed hash: the same world gives the same names, whatever the order of threads."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]


def number(seed: str, *parts: object) -> int:
    """64-bit number that depends on the seed and these parts alone."""
    return int.from_bytes(_digest(seed, parts, 8))


def suffixes(seed: str, *parts: object) -> Callable[[int], str]:
    """Function from an ordinal to `suffix(seed, *parts, ordinal)`, for many of them at once."""
    begun = blake2b("\x1f".join((*map(str, parts), "")).encode(), digest_size=8, key=seed.encode()[:64])

    def of(ordinal: int) -> str:
        state = begun.copy()
        state.update(b"%d" % ordinal)
        return _letters(int.from_bytes(state.digest()))

    return of


def suffix(seed: str, *parts: object) -> str:
    """Five lower-case letters and digits, as at the end of node and order names."""
    return _letters(number(seed, *parts))


def _letters(value: int) -> str:
    pairs = len(_PAIRS)
    return _PAIRS[value % pairs] + _PAIRS[value // pairs % pairs] + _ALPHABET[value // pairs**2 % 36]


def token(seed: str, *parts: object) -> str:
    """32 hexadecimal digits, as in request ids."""
    return _digest(seed, parts, 16).hex()


def _digest(seed: str, parts: tuple[object, ...], size: int) -> bytes:
    return blake2b("\x1f".join(map(str, parts)).encode(), digest_size=size, key=seed.encode()[:64]).digest()
