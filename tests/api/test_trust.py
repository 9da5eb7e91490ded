"""Whose certificates are believed: said in the stack, by Huawei Cloud's variables, or by everybody's."""

import os
from pathlib import Path

import pytest
import trustme

from pulumi_modelarts.api.errors import ConfigurationError
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.api.trust import Trust

ACCOUNT = {"HW_REGION_NAME": "cn-north-4", "HW_PROJECT_ID": "p1", "HW_ACCESS_KEY": "AK1", "HW_SECRET_KEY": "SK1"}


def resolve(config: dict[str, str] | None = None, environ: dict[str, str] | None = None) -> Settings:
    """The settings found in a configuration and an environment."""
    return Settings.resolve((config or {}).get, environ or {})


@pytest.mark.parametrize(
    "key",
    [
        *("modelarts:caFile", "huaweicloud:cacertFile", "HW_CACERT", "SSL_CERT_FILE", "SSL_CERT_DIR"),
        *("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    ],
)
def test_a_file_can_be_named_by(tmp_path: Path, key: str) -> None:
    """Each of the names leads to the file."""
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    named = {key: str(tmp_path / "ca.pem")}

    settings = resolve(named, ACCOUNT | named)

    assert settings.trust == Trust(key, str(tmp_path / "ca.pem"))


def test_the_first_that_is_set_wins(tmp_path: Path) -> None:
    """One that is wrong does not matter beside a better one; a folder counts, and so does a list of folders."""
    environ = {"SSL_CERT_DIR": f"/none{os.pathsep}{tmp_path}", "REQUESTS_CA_BUNDLE": "/none"}

    settings = resolve(environ=ACCOUNT | environ)

    assert settings.trust == Trust("SSL_CERT_DIR", environ["SSL_CERT_DIR"])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read (No such file or directory); name a file with certificates in PEM form"),
        (b"", "holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)"),
        (b"\x30\x82\x01", "holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "holds no certificate in PEM form"),
    ],
    ids=["missing", "empty", "not PEM", "damaged"],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, content: bytes | None, said: str) -> None:
    """By its variable, with the path and what to give instead."""
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ConfigurationError) as caught:
        resolve(environ=ACCOUNT | {"SSL_CERT_FILE": str(path)})

    assert f"\n  SSL_CERT_FILE: '{path}' {said}" in str(caught.value)


def test_a_file_that_is_mended_is_believed(tmp_path: Path) -> None:
    """What was read once is read again when it has changed."""
    path = tmp_path / "ca.pem"
    path.write_text("not yet", encoding="ascii")
    trust = Trust("SSL_CERT_FILE", str(path))
    before = trust.problem

    trustme.CA().cert_pem.write_to_path(str(path))

    assert (before is None, trust.problem) == (False, None)


def test_a_file_is_left_alone_where_nobody_shows_a_certificate() -> None:
    """It may be as wrong as it likes where the service is this machine's own and in plain, unless IAM is asked too."""
    plain = {"modelarts:endpoint": "http://127.0.0.1:1"}
    password = {key: value for key, value in ACCOUNT.items() if "KEY" not in key}
    password |= {"HW_USER_NAME": "user", "HW_USER_PASSWORD": "pw", "HW_DOMAIN_NAME": "domain"}

    settings = resolve(plain, ACCOUNT | {"SSL_CERT_FILE": "/none"})

    assert settings.trust is None
    with pytest.raises(ConfigurationError) as caught:
        resolve(plain, password | {"SSL_CERT_FILE": "/none"})
    assert "SSL_CERT_FILE: '/none' cannot be read" in str(caught.value)
