"""Which proxy the environment names for a host, and what is said of an address that cannot be used."""

import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pulumi_modelarts.api.errors import ConfigurationError
from pulumi_modelarts.api.proxies import Proxies, Proxy
from pulumi_modelarts.api.settings import Settings

NOTHING: dict[str, str] = {}
PROXY = "http://proxy.example:3128"
ACCOUNT = {"HW_REGION_NAME": "r-1", "HW_PROJECT_ID": "p1", "HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "SK"}
USER = {"HW_USER_NAME": "ann", "HW_USER_PASSWORD": "pw", "HW_DOMAIN_NAME": "acme"}


def proxy(address: str, **environ: str) -> Proxy | None:
    """The proxy on the way to an address."""
    return Proxies.of_environment(environ).of(address)


class TestWhichOne:
    @pytest.mark.parametrize(
        ("environ", "expected"),
        [
            ({}, None),
            ({"https_proxy": PROXY}, Proxy("https_proxy", PROXY)),
            ({"HTTPS_PROXY": PROXY}, Proxy("HTTPS_PROXY", PROXY)),
            ({"https_proxy": PROXY, "HTTPS_PROXY": "http://other"}, Proxy("https_proxy", PROXY)),
            ({"https_proxy": "", "HTTPS_PROXY": PROXY}, None),
            ({"https_proxy": " \n"}, None),
            ({"https_proxy": "proxy.example:3128"}, Proxy("https_proxy", PROXY)),
            ({"https_proxy": f" {PROXY}\n"}, Proxy("https_proxy", PROXY)),
            ({"all_proxy": PROXY}, Proxy("all_proxy", PROXY)),
            ({"ALL_PROXY": "http://other", "HTTPS_PROXY": PROXY}, Proxy("HTTPS_PROXY", PROXY)),
            ({"http_proxy": PROXY}, None),
        ],
    )
    def test_the_variable_for_the_scheme_counts(self, environ: dict[str, str], expected: Proxy | None) -> None:
        """Small letters win and may be empty to switch off; a proxy without a scheme speaks HTTP."""
        assert proxy("https://modelarts.example", **environ) == expected

    @pytest.mark.parametrize(
        "host", ["127.0.0.1", "127.8.8.8", "[::1]", "localhost", "me.localhost", "[::ffff:127.0.0.1]"]
    )
    def test_none_leads_to_this_machine(self, host: str) -> None:
        """Nothing of this machine can be had through a proxy."""
        assert proxy(f"https://{host}:8765", ALL_PROXY=PROXY) is None

    @pytest.mark.parametrize(
        ("host", "excepted"),
        [
            ("a.example.com", ["*", "example.com", ".example.com", "*.example.com", "x, example.com", "x example.com"]),
            (
                "a.example.com",
                ["A.Example.COM", "a.example.com:443", "example.com:443", ".com", "com.", "a.example.com."],
            ),
            ("example.com", [".example.com", "*.example.com", "example.com"]),
            ("example.com.", ["example.com"]),
            ("a.example.com:8443", ["example.com:8443", "example.com"]),
            ("10.1.2.3", ["10.1.2.3", "10.0.0.0/8", "10.1.2.3/32", "10.1.2.9/24", "0.0.0.0/0", "10.1.2.3:443"]),
            ("10.1.2.3:8443", ["10.1.2.3:8443", "10.0.0.0/8"]),
            ("[2001:db8::1]", ["2001:db8::/32", "2001:DB8::1", "[2001:db8::1]", "[2001:db8::1]:443", "::/0"]),
            ("[::ffff:10.1.2.3]", ["10.0.0.0/8"]),
        ],
    )
    def test_exceptions_are_read_as_by_other_tools(self, host: str, excepted: list[str]) -> None:
        """Names with all below them, addresses and ranges of both kinds, each with a port or without."""
        assert [proxy(f"https://{host}", ALL_PROXY=PROXY, NO_PROXY=entry) for entry in excepted] == [None] * len(
            excepted
        )

    @pytest.mark.parametrize(
        ("host", "others"),
        [
            (
                "a.example.com",
                ["", ",", "b.example.com", "ample.com", "example.com:8443", "example", "a.example.com.org"],
            ),
            ("a.example.com", ["10.0.0.0/8", "a.example.com/8", "[a.example.com]", ":443", ".", "*.", "::1", "ä"]),
            (
                "10.1.2.3",
                ["11.0.0.0/8", "10.1.2.4", "10.1.2.3:80", "1.2.3", "2.3", "10.0.0.0/99", "::/0", "10.1.2.3/x"],
            ),
            ("[2001:db8::1]", ["2001:db9::/32", "[2001:db8::1]:80", "10.0.0.0/8", "db8::1"]),
        ],
    )
    def test_what_names_another_host_excepts_nothing(self, host: str, others: list[str]) -> None:
        """Neither do parts of names, other ports, nor entries that mean nothing."""
        found = [proxy(f"https://{host}", ALL_PROXY=PROXY, NO_PROXY=entry) for entry in others]

        assert found == [Proxy("ALL_PROXY", PROXY)] * len(others)

    def test_each_host_is_looked_up_by_itself(self) -> None:
        """IAM may be excepted and ModelArts not."""
        environ = {
            **USER,
            "HW_REGION_NAME": "r-1",
            "HW_PROJECT_ID": "p1",
            "HTTPS_PROXY": PROXY,
            "NO_PROXY": "iam.r-1.x",
        }

        settings = Settings.resolve(
            {"modelarts:iamEndpoint": "https://iam.r-1.x", "modelarts:endpoint": "https://modelarts.r-1.x"}.get, environ
        )

        assert [settings.proxies.of(address) for address in settings.asked] == [Proxy("HTTPS_PROXY", PROXY), None]


class TestAddresses:
    @pytest.mark.parametrize(
        "address",
        [
            *(
                "http://p",
                "http://p:1/",
                "HTTPS://p.example:65535",
                "http://ann@p",
                "http://ann:pw@p:1",
                "http://:pw@p",
            ),
            *("http://ann:p:w@p", "http://ann:100%@p", "http://ann:pä@p", "http://[::1]:3128", "http://10.0.0.1:1"),
            *("socks5://p:1080", "socks5h://ann:pw@p:1080", "http://p_1.local:1", "p", "p:1", "ann:pw@p:1"),
        ],
    )
    def test_that_are_taken(self, address: str) -> None:
        """Everything that other tools take and that means one thing."""
        found = proxy("https://modelarts.example", https_proxy=address)

        assert found is not None
        assert found.problem is None

    @pytest.mark.parametrize(
        ("address", "said"),
        [
            ("http://ann:hun/ter2@proxy:3128", "write %2F for /, %40 for @"),
            ("http://ann:12/34@proxy:3128", "write %2F for /, %40 for @"),
            ("http://ann:hun@ter2@proxy:3128", "write %2F for /, %40 for @"),
            ("http://ann:hun ter2@proxy:3128", "%20 for a blank"),
            ("http://ann:hun#ter2@proxy:3128", "%23 for #"),
            ("http://ann:hun?ter2@proxy:3128", "%3F for ?"),
            ("ann:hun/ter2@proxy:3128", "write %2F for /, %40 for @"),
            ("http://proxy:hunter2", "a port that is no number"),
            ("http://ann:pw@proxy:hunter2", "is no address of a proxy"),
            ("http://proxy:99999", "a port beyond 65535"),
            ("http://proxy:0", "a port beyond 65535"),
            ("hunter2://proxy:3128", "use http://, https:// or socks5://"),
            ("socks4://proxy:3128", "use http://, https:// or socks5://"),
            *(
                (each, "is no address of a proxy")
                for each in ("http://", "socks5://", "http://[::zz]:1", "http://::1:1")
            ),
            *(
                (each, "is no address of a proxy")
                for each in ("http://a..b", "http://p/pac", f"http://{'a' * 64}", "://p")
            ),
            ("http://hünter2:3128", "is no address of a proxy"),
        ],
    )
    def test_that_cannot_be_used_are_named_and_hidden(self, address: str, said: str) -> None:
        """The variable and what to write; the address itself shows nowhere."""
        with pytest.raises(ConfigurationError) as caught:
            Settings.resolve(NOTHING.get, ACCOUNT | {"HTTPS_PROXY": address})

        assert str(caught.value).startswith("ModelArts settings that cannot be used:\n  HTTPS_PROXY: ")
        assert said in str(caught.value)
        assert "hun" not in str(caught.value)

    def test_on_the_way_to_nobody_may_be_wrong(self) -> None:
        """What no request needs stops none: another scheme, an excepted host, an IAM that is not asked."""
        wrong = "http://ann:hun/ter2@proxy"

        settings = [
            Settings.resolve(NOTHING.get, ACCOUNT | {"HTTP_PROXY": wrong}),
            Settings.resolve(
                NOTHING.get, ACCOUNT | {"HTTPS_PROXY": wrong, "NO_PROXY": "modelarts.r-1.myhuaweicloud.com"}
            ),
            Settings.resolve({"modelarts:endpoint": "emulator"}.get, {"HTTPS_PROXY": wrong, "SSL_CERT_FILE": "/none"}),
        ]

        assert [[each.proxies.of(address) for address in each.asked] for each in settings] == [[None]] * 3

    @example("us/er", "pass")
    @given(st.text(max_size=12), st.text(max_size=12))
    def test_a_password_shows_nowhere(self, before: str, after: str) -> None:
        """Wherever signs stand in it, no text of ours has a part of it."""
        secret = f"{before}gehe1m{after}"
        found = proxy("https://modelarts.example", all_proxy=f"http://ann:{secret}@proxy.example:3128")

        assert found is not None
        assert "gehe1m" not in f"{found} {found!r} {found.problem} {Proxies.of_environment({'all_proxy': secret})!r}"


HIDDEN = """
import sys
from importlib.machinery import PathFinder
shown = PathFinder.find_spec
PathFinder.find_spec = classmethod(lambda cls, name, *rest: None if name == "socksio" else shown(name, *rest))
from pulumi_modelarts.api.proxies import Proxy
print(Proxy("ALL_PROXY", "socks5://proxy:1080").problem)
print(Proxy("ALL_PROXY", "http://proxy:1080").problem)
"""


def test_a_socks_proxy_needs_a_package() -> None:
    """Where it is not installed the error says what to install; other proxies need nothing."""
    said = subprocess.run([sys.executable, "-c", HIDDEN], capture_output=True, text=True, check=True).stdout

    assert said.splitlines() == [
        'is a SOCKS proxy, which needs one more package: pip install "pulumi-modelarts[socks]", or socksio',
        "None",
    ]
