"""How many examples property tests try: a few in `make test`, many in `make test-long`."""

times = 1
"""By how much more than in `make test`; the long run sets it before it imports a test."""


def examples(number: int) -> int:
    """Number of examples of a property.

    Args:
        number: How many `make test` tries.
    """
    return number * times
