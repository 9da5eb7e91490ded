"""Whose certificates are believed.

By default the authorities of this machine's own store and those that the HTTP library brings. A file with others takes
their place, as with the tools whose variables are read here.
"""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pulumi_modelarts.api.sources import shortened


@dataclass(frozen=True)
class Trust:
    """A file, or a folder in OpenSSL's form, with the certificates of authorities.

    Attributes:
        key: what it was set by, such as `SSL_CERT_FILE`.
        path: where it is; relative to the folder of the project.
    """

    key: str
    path: str

    @property
    def problem(self) -> str | None:
        """Why it cannot be used, and what to write; None where it can."""
        try:
            self.context()
        except ssl.SSLError:
            return f"{shortened(self.path)} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)"
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error.__class__.__name__
            return f"{shortened(self.path)} cannot be read ({reason}); name a file with certificates in PEM form"
        return None

    def context(self) -> ssl.SSLContext:
        """What believes these authorities and nobody else.

        Raises:
            OSError: It cannot be read.
            ValueError: It cannot be the name of a file.
            ssl.SSLError: It holds no certificate.
        """
        folders = [folder for folder in self.path.split(os.pathsep) if Path(folder).is_dir()]
        if folders:
            return ssl.create_default_context(capath=os.pathsep.join(folders))
        state = Path(self.path).stat()
        return _of_file(self.path, (state.st_ino, state.st_size, state.st_mtime_ns))


@lru_cache(8)
def _of_file(path: str, _state: tuple[int, int, int]) -> ssl.SSLContext:
    """Read once for every state of the file: settings are looked at in every call of the engine."""
    return ssl.create_default_context(cafile=path)
