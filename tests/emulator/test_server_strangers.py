"""What pages in a browser, on the same machine or led here by a name, can do to a server: nothing."""

import httpx
import pytest

from modelarts_emulator import PROJECT, Emulator
from modelarts_emulator.wire.server import Server

PATH = f"/v2/{PROJECT}/pools"
JSON = {"content-type": "application/json"}


def changes(server: Server, http: httpx.Client, headers: dict[str, str]) -> httpx.Response:
    """Ask for a reset of the world with these fields of the head."""
    return http.post(f"{server.url}/_emulator/reset", headers={**JSON, **headers})


@pytest.mark.parametrize("host", ["127.0.0.1:80", "localhost", "LOCALHOST:99", "[::1]:80", "127.0.0.2"])
def test_loopback_names_are_served(modelarts_server: Server, http: httpx.Client, host: str) -> None:
    """Every name of this machine's loopback is served, whatever port leads here."""
    assert http.get(modelarts_server.url + PATH, headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "localhost.", "192.168.0.1", "[::]:1"])
def test_other_names_are_refused(modelarts_server: Server, http: httpx.Client, host: str) -> None:
    """A name that was made to lead here is not one of this machine (DNS rebinding)."""
    answers = [
        http.get(modelarts_server.url + PATH, headers={"host": host}),
        changes(modelarts_server, http, {"host": host, "origin": f"http://{host}"}),
    ]

    assert {(answer.status_code, answer.json()["error_code"]) for answer in answers} == {(403, "Emulator.0001")}


@pytest.mark.parametrize(
    "origin",
    [
        *("http://evil.example", "null", "", "file://", "http://localhost", "http://localhost:1", "http://127.0.0.1:1"),
        *("https://127.0.0.1:{port}", "http://localhost:{port}", "http://127.0.0.1:{port}/", "127.0.0.1:{port}"),
    ],
)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
def test_other_origins_are_refused(
    modelarts: Emulator, modelarts_server: Server, http: httpx.Client, origin: str, content_type: str
) -> None:
    """A page of another scheme, name or port changes nothing, whatever it sends, and is told nothing."""
    modelarts.clock.advance(5)
    headers = {"origin": origin.format(port=modelarts_server.port), "content-type": content_type}
    before = modelarts.snapshot(journal=True)

    answers = [
        changes(modelarts_server, http, headers),
        http.post(modelarts_server.url + PATH, headers=headers, content=b"{}"),
        http.delete(f"{modelarts_server.url}{PATH}/x", headers=headers),
        http.get(modelarts_server.url + PATH, headers=headers),
        http.options(modelarts_server.url + PATH, headers={**headers, "access-control-request-method": "PATCH"}),
    ]

    assert {(answer.status_code, answer.json()["error_code"]) for answer in answers} == {(403, "Emulator.0001")}
    assert not [name for answer in answers for name in answer.headers if name.startswith("access-control")]
    assert modelarts.snapshot(journal=True) == before


def test_its_own_page_is_served(modelarts_server: Server, http: httpx.Client) -> None:
    """The emulator's own page may do what its buttons do."""
    own = {"origin": modelarts_server.url, "sec-fetch-site": "same-origin"}

    assert changes(modelarts_server, http, own).status_code == 200


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-site", 403), ("other", 403), ("same-origin", 200), ("none", 200)]
)
def test_browsers_say_for_whom_they_ask(modelarts_server: Server, http: httpx.Client, site: str, status: int) -> None:
    """A browser tells other sites, and other ports of this machine, also where it sends no origin, as for an image."""
    assert http.get(modelarts_server.url + PATH, headers={"sec-fetch-site": site}).status_code == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://emulator.test", 200), ("https://emulator.test", 200), ("http://evil.example", 403), ("null", 403)],
)
def test_an_open_server_is_called_by_any_name(
    modelarts: Emulator, http: httpx.Client, origin: str, status: int
) -> None:
    """Beyond loopback any name may lead to a server, and a page of another origin is refused there too."""
    with pytest.warns(UserWarning, match="is not loopback"):
        server = modelarts.serve(host="0.0.0.0")  # noqa: S104 - loopback is one of its addresses

    with server:
        url = f"http://127.0.0.1:{server.port}/_emulator/reset"
        answer = http.post(url, headers={**JSON, "host": "emulator.test", "origin": origin})

    assert answer.status_code == status
