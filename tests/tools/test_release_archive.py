"""What is downloaded is used only when it is what was expected."""

import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from tools import pulumi_cli, release_archive
from tools.steps import StepError


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A release as Pulumi packs it: programs in one folder."""
    path = tmp_path / "release.tar.gz"
    with tarfile.open(path, "w:gz") as files:
        for name, mode in (("tool/program", 0o755), ("tool/data/text", 0o644), ("stray", 0o755)):
            member = tarfile.TarInfo(name)
            member.size, member.mode = 5, mode
            files.addfile(member, io.BytesIO(b"hello"))
    return path


def test_a_known_archive_is_unpacked(archive: Path, tmp_path: Path) -> None:
    """Its files are there without the folder they came in, programs can be run, and nothing lies beside them."""
    checksum = hashlib.sha256(archive.read_bytes()).hexdigest()

    release_archive.get(archive.as_uri(), checksum, tmp_path / "bin")

    found = {path.relative_to(tmp_path / "bin").as_posix() for path in (tmp_path / "bin").rglob("*") if path.is_file()}
    assert found == {"program", "data/text"}
    assert (tmp_path / "bin" / "program").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "bin" / "program").read_bytes() == b"hello"


def test_another_archive_is_refused(archive: Path, tmp_path: Path) -> None:
    """Nothing of an archive with another checksum is unpacked, and both checksums are told."""
    found = hashlib.sha256(archive.read_bytes()).hexdigest()

    with pytest.raises(StepError) as refused:
        release_archive.get(archive.as_uri(), "0" * 64, tmp_path / "bin")

    assert str(refused.value).endswith(
        f"has the checksum {found}, and {'0' * 64} was expected; nothing of it was unpacked"
    )
    assert not (tmp_path / "bin").exists()


def test_an_archive_that_is_not_there(tmp_path: Path) -> None:
    """A download that fails is told with its address."""
    url = (tmp_path / "absent.tar.gz").as_uri()

    with pytest.raises(StepError, match=f"{url} cannot be read"):
        release_archive.get(url, "0" * 64, tmp_path / "bin")


def test_every_checksum_is_one() -> None:
    """The pinned CLI has a SHA-256 for each machine that Pulumi releases the CLI for, save Windows."""
    assert set(pulumi_cli.CHECKSUMS) == {"darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64"}
    assert {len(bytes.fromhex(checksum)) for checksum in pulumi_cli.CHECKSUMS.values()} == {32}
