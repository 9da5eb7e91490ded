"""Operations for requests that a test makes up."""

from typing import Final

from pulumi_modelarts.api.operation import Operation

LOOK: Final = Operation("Look", only_reads=True)
CHANGE: Final = Operation("Change")


def operation_of(method: str) -> Operation:
    """One that reads for GET, and changes something for every other method."""
    return LOOK if method == "GET" else CHANGE
