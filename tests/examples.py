"""How many examples property tests try: a few in `make test`, many in `make test-long`."""

times = 1
"""By how much more than in `make test`; the long run sets it before it imports a test."""


def examples(number: int, long: int | None = None) -> int:
    """Number of examples of a property.

    Args:
        number: How many `make test` tries.
        long: How many `make test-long` tries; None for so many times more as everywhere.
    """
    return number * times if long is None or times == 1 else long
