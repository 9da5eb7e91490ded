"""Operations for requests that a test makes up, and the names that the emulator has for those there are."""

from typing import Final

from pulumi_modelarts.api.operation import Operation

LOOK: Final = Operation("Look", only_reads=True)
CHANGE: Final = Operation("Change")

EMULATED: Final = {"ListWorkspace": "listWorkspaces"}
"""Names that differ in more than their first letter."""


def operation_of(method: str) -> Operation:
    """One that reads for GET, and changes something for every other method."""
    return LOOK if method == "GET" else CHANGE


def emulated(operation: Operation) -> str:
    """The id that the emulator has for an operation."""
    name = operation.name
    return EMULATED.get(name, name[0].lower() + name[1:])
