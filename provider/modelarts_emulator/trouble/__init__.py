"""What can go wrong by order: rules that make a request, or what it sets going, fail in a chosen way.

A rule fires on requests that match it, as often as it says; nothing is left to chance. Rules and what they have done
live in the store, so a test can arm one for another process that works on the same file.
"""

from modelarts_emulator.trouble.armed import Armed
from modelarts_emulator.trouble.fault import EVERY, SCOPE_HEADER, Fault, Outcome, Throttle
from modelarts_emulator.trouble.rules import Faults

__all__ = ["EVERY", "SCOPE_HEADER", "Armed", "Fault", "Faults", "Outcome", "Throttle"]
