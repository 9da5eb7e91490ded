"""Identifiers and choices from a keyed hash: the same world gives the same names, whatever the order of threads."""

from __future__ import annotations

from hashlib import blake2b

_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]


def number(seed: str, *parts: object) -> int:
    """64-bit number that depends on the seed and these parts alone."""
    text = "\x1f".join(map(str, parts)).encode()
    return int.from_bytes(blake2b(text, digest_size=8, key=seed.encode()[:64]).digest())


def suffix(seed: str, *parts: object) -> str:
    """Five lower-case letters and digits, as at the end of node and order names."""
    value, pairs = number(seed, *parts), len(_PAIRS)
    return _PAIRS[value % pairs] + _PAIRS[value // pairs % pairs] + _ALPHABET[value // pairs**2 % 36]


def token(seed: str, *parts: object) -> str:
    """32 hexadecimal digits, as in request ids."""
    return f"{number(seed, 'high', *parts):016x}{number(seed, 'low', *parts):016x}"
