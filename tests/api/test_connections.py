"""Real connections on this machine: proxies of both kinds, and what goes wrong on the way."""

import errno
import os
import sys
from pathlib import Path

import httpx
import pytest
import trustme

from pulumi_modelarts.api.errors import TransportError
from pulumi_modelarts.api.mishaps import Journey, told
from pulumi_modelarts.api.operations import Deadline
from tests import missing
from tests.api.wayside import (
    HOSTS,
    USER,
    HttpProxy,
    Service,
    SocksProxy,
    Talk,
    client,
    context,
    failure,
    goes_away,
    listed,
    listening,
    nobody,
    says_nonsense,
    says_nothing,
)
from tests.clocks import FakeClock
from tests.operations import CHANGE, operation_of

MODELARTS = HOSTS[0]
POOLS = "GET /v2/p1/pools"
TOKENS = "POST /v3/auth/tokens"


class TestThroughAProxy:
    def test_a_request_arrives(self, clock: FakeClock, service: Service, ca_file: Path) -> None:
        """User and password reach the proxy as they are meant, and only it is connected to."""
        proxy = HttpProxy(service.port)
        with listening(proxy) as port:
            environ = {"HTTPS_PROXY": f"http://ann:p%40%2Fss@127.0.0.1:{port}", "SSL_CERT_FILE": str(ca_file)}

            pools = listed(client(clock, environ, endpoint=f"https://{MODELARTS}"))

        assert (pools, service.asked) == ({}, [POOLS])
        assert (proxy.wanted, proxy.users) == ([f"{MODELARTS}:443"], ["ann:p@/ss"])

    def test_over_tls(self, clock: FakeClock, service: Service, authority: trustme.CA, ca_file: Path) -> None:
        """A proxy that is itself reached over TLS has its certificate looked at by the same authorities."""
        proxy = HttpProxy(service.port)
        with listening(proxy, context(authority.issue_cert("localhost"))) as port:
            environ = {"all_proxy": f"https://localhost:{port}", "SSL_CERT_FILE": str(ca_file)}

            pools = listed(client(clock, environ, endpoint=f"https://{MODELARTS}"))

        assert (pools, service.asked) == ({}, [POOLS])

    @pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
    def test_of_the_other_kind(self, clock: FakeClock, service: Service, ca_file: Path, scheme: str) -> None:
        """A SOCKS proxy is given the host's name, so that it is resolved where it is known."""
        proxy = SocksProxy(service.port)
        with listening(proxy) as port:
            environ = {"ALL_PROXY": f"{scheme}://ann:p%20w@127.0.0.1:{port}", "SSL_CERT_FILE": str(ca_file)}

            pools = listed(client(clock, environ, endpoint=f"https://{MODELARTS}"))

        assert (pools, service.asked) == ({}, [POOLS])
        assert (proxy.wanted, proxy.users) == ([f"{MODELARTS}:443"], ["ann:p w"])

    @pytest.mark.parametrize("through", ["modelarts", "iam"])
    def test_each_host_has_its_own_way(self, clock: FakeClock, service: Service, ca_file: Path, through: str) -> None:
        """One of ModelArts and IAM may be behind the proxy and the other not; neither follows the other."""
        proxy, direct = HttpProxy(service.port), f"https://localhost:{service.port}"
        with listening(proxy) as port:
            environ = {"HTTPS_PROXY": f"http://127.0.0.1:{port}", "SSL_CERT_FILE": str(ca_file)}
            hosts = {"endpoint": direct, "iamEndpoint": direct}
            hosts["endpoint" if through == "modelarts" else "iamEndpoint"] = f"https://{through}.test"

            listed(client(clock, environ, **hosts, **USER))

        assert service.asked == [TOKENS, POOLS]
        assert proxy.wanted == [f"{through}.test:443"]


class TestARefusedProxy:
    """What was not led to the service has not reached it."""

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_is_asked_again(self, clock: FakeClock, service: Service, ca_file: Path, method: str) -> None:
        """A tunnel that is refused once is asked for once more, whatever goes through it: nothing arrived."""
        proxy = HttpProxy(service.port, "502 Bad Gateway")
        with listening(proxy) as port:
            environ = {"HTTPS_PROXY": f"http://127.0.0.1:{port}", "SSL_CERT_FILE": str(ca_file)}
            asking = client(clock, environ, endpoint=f"https://{MODELARTS}")

            asking.request(method, "/v2/{project_id}/pools", operation=operation_of(method), attempting="ask")

            asking.close()
        assert service.asked == [f"{method} /v2/p1/pools"]
        assert len(proxy.wanted) == 2

    @pytest.mark.parametrize(
        ("refusal", "said", "tries"),
        [
            ("403 Forbidden", "does not lead to modelarts.test:443 (403 Forbidden); have it allowed there", None),
            ("503 Busy", "does not lead to modelarts.test:443 (503 Busy); have it allowed there", None),
            (
                "407 Who are you",
                "does not let this user in (407 Who are you); check user and password in HTTPS_PROXY",
                1,
            ),
        ],
    )
    def test_is_told(self, clock: FakeClock, refusal: str, said: str, tries: int | None) -> None:
        """What the proxy answered, where it is and by which variable; a password that is wrong is not tried again."""
        proxy = HttpProxy(nobody(), *[refusal] * 99)
        with listening(proxy) as port:
            environ = {"HTTPS_PROXY": f"http://ann:hunter2@127.0.0.1:{port}"}

            lost = failure(client(clock, environ, endpoint=f"https://{MODELARTS}"), "POST")

        assert str(lost).startswith(
            "ask: no usable answer, the request did not reach the service: "
            f"the proxy http://127.0.0.1:{port} (HTTPS_PROXY) {said}"
        )
        assert (lost.may_have_arrived, "hunter2" in str(lost)) == (False, False)
        assert len(proxy.wanted) == tries or (tries is None and len(proxy.wanted) > 1)

    @pytest.mark.parametrize("code", [2, 5, 99])
    def test_of_the_other_kind_is_told(self, clock: FakeClock, code: int) -> None:
        """Whatever the code of a SOCKS proxy, an unknown one too, nothing arrived."""
        with listening(SocksProxy(nobody(), code)) as port:
            environ = {"ALL_PROXY": f"socks5://ann:hunter2@127.0.0.1:{port}"}

            lost = failure(client(clock, environ, endpoint=f"https://{MODELARTS}"), "POST")

        assert f"the proxy socks5://127.0.0.1:{port} (ALL_PROXY) does not lead to modelarts.test:443 (" in str(lost)
        assert (lost.may_have_arrived, "hunter2" in str(lost)) == (False, False)

    @pytest.mark.parametrize("scheme", ["http", "socks5"])
    @pytest.mark.parametrize("talk", [goes_away, says_nonsense, says_nothing])
    def test_that_does_not_speak_is_told(self, clock: FakeClock, scheme: str, talk: Talk) -> None:
        """One that breaks off, talks nonsense or keeps silent is named, and nothing has arrived."""
        with listening(talk) as port:
            environ = {"ALL_PROXY": f"{scheme}://127.0.0.1:{port}"}
            asking = client(clock, environ, endpoint=f"https://{MODELARTS}")
            at_once = asking.until(Deadline.after(0, clock))

            with pytest.raises(TransportError) as caught:
                at_once.request("POST", "/v2/{project_id}/pools", operation=CHANGE, attempting="ask")

            asking.close()
        assert f"the proxy {scheme}://127.0.0.1:{port} (ALL_PROXY)" in str(caught.value)
        assert not caught.value.may_have_arrived


class TestNoConnection:
    @pytest.mark.parametrize(
        ("by", "first"), [({}, ""), ({"https_proxy": "http://ann:hunter2@127.0.0.1:{port}"}, "proxy")]
    )
    def test_that_is_refused(self, clock: FakeClock, by: dict[str, str], first: str) -> None:
        """Host and port of who refused, be it the service or the proxy."""
        port = nobody()
        environ = {name: value.format(port=port) for name, value in by.items()}
        address = f"https://{MODELARTS}" if by else f"https://127.0.0.1:{port}"

        lost = failure(client(clock, environ, endpoint=address))

        who = f"the proxy http://127.0.0.1:{port} (https_proxy)" if first else f"127.0.0.1:{port}"
        assert str(lost) == (
            "ask: no usable answer, the request did not reach the service: "
            f"{who} refused the connection; check the address, and that something listens there"
        )

    def test_to_a_name_that_nobody_knows(self, clock: FakeClock) -> None:
        """Whose name it is that cannot be resolved."""
        direct = failure(client(clock, {}, endpoint="https://modelarts.invalid"))
        proxied = failure(client(clock, {"ALL_PROXY": "http://proxy.invalid:3128"}, endpoint=f"https://{MODELARTS}"))

        assert "the name of modelarts.invalid:443 could not be resolved (" in str(direct)
        assert "the name of the proxy http://proxy.invalid:3128 (ALL_PROXY) could not be resolved (" in str(proxied)

    def test_to_a_network_that_cannot_be_reached(self, clock: FakeClock) -> None:
        """An address that no network has a way to."""
        if sys.platform != "linux":
            missing.skip("Linux", "other systems treat this address in other ways")

        lost = failure(client(clock, {}, endpoint="https://[fe80::1]:443"))

        assert "unreachable" in str(lost) or "no connection to [fe80::1]:443 (" in str(lost)

    def test_that_the_network_says_it_has_no_way_for(self) -> None:
        """Where it was going is named, and what the machine says of it."""
        error = httpx.ConnectError("all attempts failed")
        error.__cause__ = OSError(errno.ENETUNREACH, "no way")

        said = told(error, Journey(httpx.URL("https://modelarts.test/v2")))

        assert said == (
            f"modelarts.test:443 is unreachable from here ({os.strerror(errno.ENETUNREACH)}); check the network, "
            "or set a proxy"
        )

    def test_to_iam(self, clock: FakeClock, service: Service, ca_file: Path) -> None:
        """It is told as trouble about the token, with the host of IAM; what needs the token was not sent."""
        iam = f"https://127.0.0.1:{nobody()}"
        hosts = {"endpoint": f"https://localhost:{service.port}", "iamEndpoint": iam}

        lost = failure(client(clock, {"SSL_CERT_FILE": str(ca_file)}, **hosts, **USER), "POST")

        assert str(lost) == (
            f"get a token for user ann from IAM ({iam}): no usable answer, what needs the token was not sent: "
            f"{iam.removeprefix('https://')} refused the connection; check the address, and that something listens "
            "there"
        )
        assert (lost.may_have_arrived, service.asked) == (False, [])
