"""How a message says how many."""

from __future__ import annotations


def number_of(count: float, noun: str) -> str:
    """A number with its noun: `1 pool`, `2 pools`, `0.5 requests`."""
    return f"{count:g} {noun if count == 1 else f'{noun}s'}"
