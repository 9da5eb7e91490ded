"""Download a program's archive, and unpack it only when it is the one that is known."""

import hashlib
import shutil
import tarfile
import tempfile
import urllib.request
from pathlib import Path
from typing import IO

from tools.steps import StepError, say

PATIENCE = 30.0
"""Seconds without an answer after which a download is given up."""


def get(url: str, sha256: str, folder: Path) -> None:
    """Unpack the files of an archive into `folder`, without the folder that they are in.

    Args:
        url: Of a `.tar.gz`.
        sha256: What the archive has to be, in hexadecimal.
        folder: An empty one.

    Raises:
        StepError: It cannot be had, or is another one.
    """
    say(f"downloading {url} ...")
    with tempfile.TemporaryFile() as archive:
        try:
            found = _download(url, archive)
        except OSError as error:
            raise StepError(f"{url} cannot be read: {getattr(error, 'reason', error)}") from error
        if found != sha256:
            raise StepError(f"{url} has the checksum {found}, and {sha256} was expected; nothing of it was unpacked")
        archive.seek(0)
        _unpack(archive, folder)


def _download(url: str, archive: IO[bytes]) -> str:
    """Write what is behind the address into `archive`, and return its checksum."""
    checksum = hashlib.sha256()
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:  # noqa: S310 - a constant of this project
        while part := answer.read(1 << 20):
            checksum.update(part)
            archive.write(part)
    return checksum.hexdigest()


def _unpack(archive: IO[bytes], folder: Path) -> None:
    with tarfile.open(fileobj=archive, mode="r:gz") as files:
        for member in files:
            content, path = files.extractfile(member) if member.isfile() else None, Path(member.name)
            if content is None or len(path.parts) == 1:
                continue
            target = folder.joinpath(*path.parts[1:])
            target.parent.mkdir(parents=True, exist_ok=True)
            with content, target.open("wb") as file:
                shutil.copyfileobj(content, file)
            target.chmod(member.mode & 0o755)
