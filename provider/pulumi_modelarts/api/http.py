"""The HTTP library, without its command line.

Importing httpx imports that too where click, rich and pygments are installed, as they are beside many tools: 80 modules
and 5 MiB that nobody here uses, more than all the rest of it takes (httpx 0.28).
"""

from __future__ import annotations

import sys
from typing import Any, Final

__all__ = ["httpx"]

_COMMAND_LINE: Final = "httpx._main"

_modules: Any = sys.modules  # which may hold None, though typed otherwise
_spared = "httpx" not in _modules and _COMMAND_LINE not in _modules
if _spared:
    _modules[_COMMAND_LINE] = None  # makes its import fail, which httpx is prepared for
try:
    import httpx
finally:
    if _spared:
        _modules.pop(_COMMAND_LINE, None)
