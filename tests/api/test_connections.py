"""Real connections on this machine: proxies of both kinds, certificates of an own authority, and what goes wrong."""

import ssl
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import TransportError
from pulumi_modelarts.api.operations import Deadline
from pulumi_modelarts.api.settings import Settings
from tests.api.wayside import (
    HttpProxy,
    Service,
    SocksProxy,
    Talk,
    goes_away,
    listening,
    nobody,
    says_nonsense,
    says_nothing,
)
from tests.clocks import FakeClock

MODELARTS, IAM = "modelarts.test", "iam.test"
POOLS = "GET /v2/p1/pools"
TOKENS = "POST /v3/auth/tokens"
KEYS = {"accessKey": "AK", "secretKey": "SK"}
USER = {"userName": "ann", "password": "pw", "domainName": "acme"}


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """An authority that nobody knows."""
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its certificate, in a file."""
    path = tmp_path_factory.mktemp("authority") / "office.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


def context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """A server's side of TLS."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(made)
    return made


@pytest.fixture
def service(authority: trustme.CA) -> Iterator[Service]:
    """A service whose certificate that authority has made."""
    service = Service(context(authority.issue_cert(MODELARTS, IAM, "localhost")))
    yield service
    service.close()


def client(clock: FakeClock, environ: Mapping[str, str], **config: str) -> Client:
    """A client as a stack with this configuration and environment gets it; its pauses take no time."""
    settings = {"region": "r-1", "projectId": "p1"} | ({} if "userName" in config else KEYS) | config
    stack = {f"modelarts:{key}": value for key, value in settings.items()}
    return Client(Settings.resolve(stack.get, environ), clock=clock)


def failure(client: Client, method: str = "GET") -> TransportError:
    """What a request without a usable answer is reported as."""
    with pytest.raises(TransportError) as caught:
        client.request(method, "/v2/{project_id}/pools", attempting="ask")
    client.close()
    return caught.value


class TestThroughAProxy:
    def test_a_request_arrives(self, clock: FakeClock, service: Service, ca_file: Path) -> None:
        """User and password reach the proxy as they are meant, and only it is connected to."""
        proxy = HttpProxy(service.port)
        with listening(proxy) as port:
            environ = {"HTTPS_PROXY": f"http://ann:p%40%2Fss@127.0.0.1:{port}", "SSL_CERT_FILE": str(ca_file)}
            asking = client(clock, environ, endpoint=f"https://{MODELARTS}")

            pools = asking.resource_pools.list()

            asking.close()
        assert (pools.pools, service.asked) == ({}, [POOLS])
        assert (proxy.wanted, proxy.users) == ([f"{MODELARTS}:443"], ["ann:p@/ss"])

    def test_over_tls(self, clock: FakeClock, service: Service, authority: trustme.CA, ca_file: Path) -> None:
        """A proxy that is itself reached over TLS has its certificate looked at by the same authorities."""
        proxy = HttpProxy(service.port)
        with listening(proxy, context(authority.issue_cert("localhost"))) as port:
            environ = {"all_proxy": f"https://localhost:{port}", "SSL_CERT_FILE": str(ca_file)}
            asking = client(clock, environ, endpoint=f"https://{MODELARTS}")

            pools = asking.resource_pools.list()

            asking.close()
        assert (pools.pools, service.asked) == ({}, [POOLS])

    @pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
    def test_of_the_other_kind(self, clock: FakeClock, service: Service, ca_file: Path, scheme: str) -> None:
        """A SOCKS proxy is given the host's name, so that it is resolved where it is known."""
        proxy = SocksProxy(service.port)
        with listening(proxy) as port:
            environ = {"ALL_PROXY": f"{scheme}://ann:p%20w@127.0.0.1:{port}", "SSL_CERT_FILE": str(ca_file)}
            asking = client(clock, environ, endpoint=f"https://{MODELARTS}")

            pools = asking.resource_pools.list()

            asking.close()
        assert (pools.pools, service.asked) == ({}, [POOLS])
        assert (proxy.wanted, proxy.users) == ([f"{MODELARTS}:443"], ["ann:p w"])

    @pytest.mark.parametrize("through", ["modelarts", "iam"])
    def test_each_host_has_its_own_way(self, clock: FakeClock, service: Service, ca_file: Path, through: str) -> None:
        """One of ModelArts and IAM may be behind the proxy and the other not; neither follows the other."""
        proxy, direct = HttpProxy(service.port), f"https://localhost:{service.port}"
        with listening(proxy) as port:
            environ = {"HTTPS_PROXY": f"http://127.0.0.1:{port}", "SSL_CERT_FILE": str(ca_file)}
            hosts = {"endpoint": direct, "iamEndpoint": direct}
            hosts["endpoint" if through == "modelarts" else "iamEndpoint"] = f"https://{through}.test"
            asking = client(clock, environ, **hosts, **USER)

            asking.resource_pools.list()

            asking.close()
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

            asking.request(method, "/v2/{project_id}/pools", attempting="ask")

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
                at_once.request("POST", "/v2/{project_id}/pools", attempting="ask")

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

    @pytest.mark.skipif(sys.platform != "linux", reason="other systems treat this address in other ways")
    def test_to_a_network_that_cannot_be_reached(self, clock: FakeClock) -> None:
        """An address that no network has a way to."""
        lost = failure(client(clock, {}, endpoint="https://[fe80::1]:443"))

        assert "unreachable" in str(lost) or "no connection to [fe80::1]:443 (" in str(lost)

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


class TestCertificates:
    def test_of_an_authority_that_is_named_are_believed(
        self, clock: FakeClock, service: Service, ca_file: Path
    ) -> None:
        """The file of an own authority can be named in the stack."""
        asking = client(clock, {}, endpoint=f"https://localhost:{service.port}", caFile=str(ca_file))

        pools = asking.resource_pools.list()

        asking.close()
        assert (pools.pools, service.asked) == ({}, [POOLS])

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
