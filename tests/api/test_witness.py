import httpx
import pytest

from pulumi_modelarts.api.witness import Tls, Witness
from tests.clocks import FakeClock


@pytest.mark.parametrize(("issuer", "public"), [("DigiCert Inc", True), ("Zenith Corporation", False), ("", False)])
def test_public_authorities_are_known(issuer: str, public: bool) -> None:  # noqa: FBT001 - the outcome
    """Those that everybody believes may be named; the one of an office may not."""
    assert Tls("TLSv1.3", issuer, 0.0).by_public_authority is public


@pytest.mark.parametrize(
    ("date", "ahead"),
    [
        ("Wed, 18 Nov 2026 11:07:40 GMT", 60.0),
        ("tomorrow", None),
        ("Wed, 18 Nov 99999 11:07:40 GMT", None),
        (None, None),
    ],
)
def test_dates_of_answers_are_compared(date: str | None, ahead: float | None) -> None:
    """A date that is none says nothing."""
    headers = {} if date is None else {"date": date}
    witness = Witness({"": httpx.MockTransport(lambda _: httpx.Response(204, headers=headers))}, FakeClock())

    witness.handle_request(httpx.Request("GET", "https://modelarts.test/"))

    assert [(sight.host, sight.status, sight.ahead) for sight in witness.sights] == [("modelarts.test", 204, ahead)]
