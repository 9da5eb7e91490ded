"""Certificates of an own authority, and what is said of those that are not believed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from tests.api.wayside import (
    HOSTS,
    HttpProxy,
    Service,
    client,
    context,
    failure,
    listed,
    listening,
    says_nonsense,
    says_nothing,
)
from tests.clocks import FakeClock

MODELARTS = HOSTS[0]
POOLS = "GET /v2/p1/pools"


class TestCertificates:
    def test_of_an_authority_that_is_named_are_believed(
        self, clock: FakeClock, service: Service, ca_file: Path
    ) -> None:
        """The file of an own authority can be named in the stack."""
        pools = listed(client(clock, {}, endpoint=f"https://localhost:{service.port}", caFile=str(ca_file)))

        assert (pools, service.asked) == ({}, [POOLS])

    def test_of_an_unknown_authority_are_not(self, clock: FakeClock, service: Service) -> None:
        """Nothing is sent, and the error says how an authority is named; it is not tried again."""
        lost = failure(client(clock, {}, endpoint=f"https://localhost:{service.port}"), "POST")

        assert f"the certificate of localhost:{service.port} is from an authority that is not known here" in str(lost)
        assert "`pulumi config set modelarts:caFile <path>`, or SSL_CERT_FILE" in str(lost)
        assert (lost.may_have_arrived, service.asked, clock.now) == (False, [], 0.0)

    @pytest.mark.parametrize(
        ("names", "ends", "said"),
        [
            (["elsewhere.test"], None, "is for another name"),
            (["localhost"], datetime(2001, 1, 1, tzinfo=UTC), "is not valid today"),
        ],
        ids=["another name", "expired"],
    )
    def test_that_are_wrong_are_told_apart(
        self, clock: FakeClock, authority: trustme.CA, ca_file: Path, names: list[str], ends: datetime | None, said: str
    ) -> None:
        """One for another host, and one whose time is over."""
        begins = None if ends is None else datetime(2000, 1, 1, tzinfo=UTC)
        wrong = Service(context(authority.issue_cert(*names, not_before=begins, not_after=ends)))

        lost = failure(client(clock, {}, endpoint=f"https://localhost:{wrong.port}", caFile=str(ca_file)))

        wrong.close()
        assert f"the certificate of localhost:{wrong.port} {said} (" in str(lost)
        assert (lost.may_have_arrived, wrong.asked) == (False, [])

    def test_behind_a_proxy_are_those_of_the_service(self, clock: FakeClock, service: Service) -> None:
        """It is the service that is not believed, and not the proxy that leads to it."""
        with listening(HttpProxy(service.port)) as port:
            environ = {"HTTPS_PROXY": f"http://127.0.0.1:{port}"}

            lost = failure(client(clock, environ, endpoint=f"https://{MODELARTS}"))

        assert "the certificate of modelarts.test:443 is from an authority" in str(lost)

    def test_of_a_proxy_are_told_as_its_own(self, clock: FakeClock, authority: trustme.CA) -> None:
        """A proxy over TLS that is not believed is the one that is named."""
        with listening(says_nothing, context(authority.issue_cert("localhost"))) as port:
            environ = {"HTTPS_PROXY": f"https://localhost:{port}"}

            lost = failure(client(clock, environ, endpoint=f"https://{MODELARTS}"))

        assert f"the certificate of the proxy https://localhost:{port} (HTTPS_PROXY) is from an authority" in str(lost)

    def test_that_nobody_shows(self, clock: FakeClock) -> None:
        """An address without TLS is told as that."""
        with listening(says_nonsense) as port:
            lost = failure(client(clock, {}, endpoint=f"https://127.0.0.1:{port}"))

        assert f"127.0.0.1:{port} broke off the TLS handshake (" in str(lost)
