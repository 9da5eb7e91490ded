import base64
import json
from urllib.parse import quote, quote_plus

import pytest

from pulumi_modelarts.api.masking import masker

SECRET = 'p/q+r s"ü-XY'  # noqa: S105 - made up; each sign is written otherwise by one of the encodings

FORMS = {
    "plain": SECRET,
    "json": json.dumps(SECRET)[1:-1],
    "json in unicode": json.dumps(SECRET, ensure_ascii=False)[1:-1],
    "path": quote(SECRET),
    "query": quote(SECRET, safe=""),
    "form": quote_plus(SECRET),
    "small escapes": quote(SECRET, safe="").replace("%2F", "%2f").replace("%2B", "%2b").replace("%C3%BC", "%c3%bc"),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_secret_is_taken_out_however_it_is_written(form: str) -> None:
    """Nothing of it is left, and what stands around it stays."""
    assert masker([SECRET])(f"<{form}> was refused") == "<***> was refused"


@pytest.mark.parametrize("before", ["", "a", "ab", "abc", "user:"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_secret_is_taken_out_of_base64(before: str, encode: type[bytes]) -> None:
    """Wherever it begins in what was encoded: all but the letters that encode its neighbours too is gone."""
    encoded = encode(f"{before}{SECRET}:x".encode()).decode("ascii")

    masked = masker([SECRET])(encoded)

    left = "".join(masked.split("***"))
    assert "***" in masked
    assert len(left) <= len(encode(f"{before}:x".encode())) + 4


def test_the_longest_goes_first() -> None:
    """A secret that begins another one leaves nothing of that."""
    assert masker(["key", "key-and-more", ""])("key-and-more, key") == "***, ***"


def test_a_short_secret_is_not_looked_for_in_base64() -> None:
    """What is left of it there is a part of many words."""
    assert masker(["AK"])("QUsx is a word") == "QUsx is a word"
