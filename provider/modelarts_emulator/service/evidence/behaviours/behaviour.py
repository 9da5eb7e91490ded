"""One statement about the service, and how anybody knows that it is true."""

from __future__ import annotations

from typing import Literal, NamedTuple

Provenance = Literal["documented", "client", "observed", "assumed"]


class Behaviour(NamedTuple):
    """One statement about the service.

    Attributes:
        subject: What it is about.
        text: What happens.
        provenance: How that is known.
        source: Page or program; empty for what is assumed.
    """

    subject: str
    text: str
    provenance: Provenance
    source: str = ""
