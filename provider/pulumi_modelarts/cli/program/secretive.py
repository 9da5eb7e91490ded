"""What may be a secret in what an account shows, so that no program has it written out."""

from __future__ import annotations

import re
from typing import Final

_TELLTALE: Final = re.compile(
    r"""pass(word|wd|phrase|code) | \bpass\b | \bpwd\b | secret | token(?!i[sz]) | credential
    | authorization | \bbearer\b | key[-_. ]?pair | -----BEGIN
    | (api|access|private|ssh|encryption|signing|license)[-_. ]?keys?""",
    re.VERBOSE | re.IGNORECASE,
)
"""Words beside which a secret stands."""

_OPAQUE: Final = re.compile(r"(?=[A-Za-z0-9+/_=]*[0-9])(?=[A-Za-z0-9+/_=]*[A-Za-z])[A-Za-z0-9+/_=]{32,}")
"""So many letters and digits without a break that nobody reads them: a key or a token, if it is no id."""


def may_be_secret(*texts: str) -> bool:
    """Whether any of some texts speaks of a secret, or looks like one."""
    return any(_TELLTALE.search(text) or _OPAQUE.search(text) for text in texts)
