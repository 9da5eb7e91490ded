"""What is wrong with a program, said where it is written."""

from __future__ import annotations

import pulumi


class ProgramError(pulumi.RunError, TypeError):
    """A resource is declared in a way that cannot work; Pulumi prints the message alone, without a traceback."""
