from urllib.parse import quote

import httpx
from huaweicloudsdkcore.auth.credentials import BasicCredentials  # type: ignore[import-untyped] # ships no types
from huaweicloudsdkcore.sdk_request import SdkRequest  # type: ignore[import-untyped] # ships no types
from huaweicloudsdkcore.signer.signer import Signer  # type: ignore[import-untyped] # ships no types
from hypothesis import given
from hypothesis import strategies as st

from pulumi_modelarts.api.signing import authorization, canonical_query

PROJECT = "86c13962597848eeb29c5861153a391f"

words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
segments = words.filter(lambda word: word not in {".", ".."})
headers = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)


@st.composite
def requests(draw: st.DrawFn, content_type: str = "application/json") -> httpx.Request:
    """A request as the client builds it: quoted path, canonical query, some of the headers that are signed."""
    path = "/".join(quote(word, safe="") for word in draw(st.lists(segments, max_size=4)))
    query = canonical_query(draw(st.lists(st.tuples(words, words), max_size=4, unique_by=lambda pair: pair[0])))
    body = draw(st.binary(max_size=40))
    extra = draw(st.dictionaries(st.sampled_from(["X-Security-Token", "X-Project-Id"]), headers))
    return httpx.Request(
        draw(st.sampled_from(["GET", "POST", "PATCH", "DELETE"])),
        f"https://modelarts.example/{path}{'?' if query else ''}{query}",
        content=body,
        headers={**extra, "X-Sdk-Date": "20261123T101112Z", **({"Content-Type": content_type} if body else {})},
    )


def signed_by_the_vendor(request: httpx.Request, *, type_header: str = "Content-Type") -> str:
    """What the official SDK puts into `Authorization` for the same request."""
    names = ["Host", "X-Sdk-Date", "X-Security-Token", "X-Project-Id", "X-Sdk-Content-Sha256", type_header]
    sdk_request = SdkRequest(
        method=request.method,
        schema="https",
        host=request.url.host,
        resource_path=request.url.raw_path.decode().partition("?")[0],
        query_params=list(request.url.params.multi_items()),
        header_params={name: request.headers[name] for name in names if name in request.headers},
        body=request.content,
    )
    signed = Signer(BasicCredentials("AKFAKE0", "SKFAKE0", PROJECT)).sign(sdk_request)
    return str(signed.header_params["Authorization"])


class TestSignature:
    @given(requests())
    def test_it_is_the_vendors_for_json(self, request: httpx.Request) -> None:
        """Method, path, query, headers and JSON bodies of any content are signed like the official SDK signs them."""
        ours = authorization(request, access_key="AKFAKE0", secret_key="SKFAKE0")  # noqa: S106 - a made-up key

        assert ours == signed_by_the_vendor(request)

    @given(requests(content_type="application/merge-patch+json"))
    def test_it_is_the_vendors_for_an_unsigned_merge_patch(self, request: httpx.Request) -> None:
        """The SDK leaves the body of a merge patch out; a request that says so is signed the same way here."""
        if request.content:
            request.headers["X-Sdk-Content-Sha256"] = "UNSIGNED-PAYLOAD"

        ours = authorization(request, access_key="AKFAKE0", secret_key="SKFAKE0")  # noqa: S106 - a made-up key

        assert ours == signed_by_the_vendor(request)

    @given(requests(content_type="application/merge-patch+json"))
    def test_a_merge_patch_is_signed_with_its_real_body(self, request: httpx.Request) -> None:
        """The client itself leaves nothing out: the SDK agrees once it does not notice the content type."""
        ours = authorization(request, access_key="AKFAKE0", secret_key="SKFAKE0")  # noqa: S106 - a made-up key

        assert ours == signed_by_the_vendor(request, type_header="content-type")
