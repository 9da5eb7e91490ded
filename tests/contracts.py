"""Holds every answer that an emulator gave in a test to the contract of its operation."""

from modelarts_emulator import Emulator
from modelarts_emulator.manifest.contracts import inventions, problems


def violations(emulator: Emulator) -> list[str]:
    """What is wrong with the answers in the journal, one line for each; those that a fault spoiled do not count."""
    return [
        f"{item.method} {item.path} {item.status}: {problem}"
        for item in emulator.journal.exchanges()
        if item.fault is None
        for problem in [
            *problems(item.operation, item.status, item.response, item.response_headers),
            *(f"{path} is in no contract" for path in inventions(item.operation, item.status, item.response)),
        ]
    ]
