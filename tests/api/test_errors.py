import time
import traceback
from collections.abc import Sequence

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_modelarts.api import errors
from pulumi_modelarts.api.error_bodies import LONGEST_QUOTE, error_from_answer
from pulumi_modelarts.api.errors import ApiError, ModelArtsError, NotFoundError
from pulumi_modelarts.api.operation import Operation, Stated
from pulumi_modelarts.api.outcomes import read
from tests.operations import LOOK

REQUEST = httpx.Request(
    "GET",
    "https://modelarts.example/v2/p/pools/train",
    headers={"X-Auth-Token": "tok-secret", "Authorization": "SDK-HMAC-SHA256 Access=AKSECRET, SignedHeaders=host"},
)


def respond(status: int, body: object = None, *, text: str | None = None, **headers: str) -> httpx.Response:
    """An answer to a request that carries credentials."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if text is not None:
        return httpx.Response(status, text=text, headers=named, request=REQUEST)
    return httpx.Response(status, json=body, headers=named, request=REQUEST)


def error_of(response: httpx.Response, attempting: str, secrets: Sequence[str] = ()) -> ApiError:
    """The error that an answer becomes."""
    return error_from_answer(read(response), attempting, operation=LOOK, secrets=secrets)


class TestBodies:
    @pytest.mark.parametrize(
        "body",
        [
            {"error_code": "ModelArts.50004000", "error_msg": "Bad request"},
            {"errorCode": "ModelArts.50004000", "errorMsg": "Bad request"},
            {"code": "ModelArts.50004000", "message": "Bad request"},
            {"error": {"code": "ModelArts.50004000", "message": "Bad request"}},
            {"error": {"error_code": "ModelArts.50004000", "error_msg": "Bad request", "title": "x"}},
        ],
    )
    def test_each_known_shape_is_understood(self, body: object) -> None:
        """Code and message are found wherever the services of this cloud put them."""
        error = error_of(respond(400, body, x_request_id="r-1"), "change resource pool train")

        assert error.brief == "change resource pool train: Bad request (ModelArts.50004000, request r-1)"
        assert str(error) == f"{error.brief}. {errors.BadRequestError.remedy}"
        assert (type(error), error.status, error.code, error.message, error.request_id) == (
            errors.BadRequestError,
            400,
            "ModelArts.50004000",
            "Bad request",
            "r-1",
        )

    @pytest.mark.parametrize(
        ("operation", "remedy"),
        [
            (
                Operation("ShowPool", action="modelarts:pool:get", stated=Stated.IN_THE_TABLES),
                (
                    "Grant the user the action modelarts:pool:get, which ShowPool takes in project p1, and check that "
                    "this is the right project."
                ),
            ),
            (
                Operation("BatchDrainPoolNodes", stated=Stated.AS_NONE),
                (
                    "Have the user allowed BatchDrainPoolNodes in project p1 (its page names no action: ask the "
                    "administrator for a policy that covers it), and check that this is the right project."
                ),
            ),
            (
                Operation("ShowJob"),
                (
                    "Have the user allowed ShowJob in project p1 (no page names its action: ask the administrator for "
                    "a policy that covers it), and check that this is the right project."
                ),
            ),
        ],
        ids=str,
    )
    def test_a_right_that_is_missing_is_named(self, operation: Operation, remedy: str) -> None:
        """By the action to grant where a page states it, by the operation in any case; both are there as data."""
        answered = read(respond(403, {"error_code": "ModelArts.0108", "error_msg": "no"}))

        error = error_from_answer(answered, "try", operation=operation, project="p1")

        assert str(error) == f"try: no (ModelArts.0108). {remedy}"
        assert error.operation == operation

    @pytest.mark.parametrize(
        ("status", "code", "out_of_reach"),
        [
            (403, "ModelArts.0108", True),
            (404, "APIGW.0101", True),
            (404, "", True),
            (404, "ModelArts.50015001", False),
            (400, "ModelArts.2775", False),
            (401, "APIGW.0301", False),
            (503, "", False),
        ],
    )
    def test_what_this_caller_cannot_ask(self, status: int, code: str, out_of_reach: bool) -> None:  # noqa: FBT001 - a value of the table
        """Not allowed or not served; a missing object is neither."""
        error = error_of(respond(status, {"error_code": code, "error_msg": "no"}), "look")

        assert error.out_of_reach is out_of_reach

    def test_a_solution_is_passed_on(self) -> None:
        """What the training service advises becomes part of its message."""
        body = {"error_code": "ModelArts.2755", "error_msg": "algorithm not found.", "error_solution": "Check the id."}

        error = error_of(respond(400, body), "show training job")

        assert error.brief == "show training job: algorithm not found. Check the id (ModelArts.2755)"

    def test_a_request_id_in_the_body_will_do(self) -> None:
        """The gateway gives the request id in its body."""
        body = {"error_code": "APIGW.0308", "error_msg": "Throttled", "request_id": "r-2"}

        error = error_of(respond(429, body), "list resource pools")

        assert error.request_id == "r-2"

    def test_a_page_of_a_gateway_is_read_like_a_human_would(self) -> None:
        """Markup, scripts and control characters go, and a long page is shortened."""
        page = "<html><style>b{}</style><h1>502 Bad\x1b[31m Gateway</h1>" + "<p>nginx</p>" * 200

        error = error_of(respond(502, text=page), "list resource pools")

        assert error.message.startswith("502 Bad [31m Gateway nginx nginx")
        assert len(error.message) == LONGEST_QUOTE + 1
        assert str(error).endswith(f"… (HTTP 502). {errors.ServerError.remedy}")

    @pytest.mark.parametrize("piece", ["<", "<script", "<style>", "<p "])
    def test_a_page_of_nothing_but_brackets_costs_no_time(self, piece: str) -> None:
        """The work grows with the length of a page, not with its square."""
        page = respond(502, text=piece * (80_000 // len(piece)))
        began = time.thread_time()

        error = error_of(page, "list resource pools")

        assert time.thread_time() - began < 1
        assert len(error.message) <= LONGEST_QUOTE + 1

    @given(status=st.integers(300, 599), body=st.binary(max_size=200))
    def test_any_answer_becomes_an_error(self, status: int, body: bytes) -> None:
        """However broken a body is, the error names the attempt and the status."""
        error = error_of(httpx.Response(status, content=body, request=REQUEST), "try")

        assert isinstance(error, ApiError)
        assert str(error).startswith("try: ")
        assert error.status == status

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x, max_size=3), max_leaves=5
        )
    )
    def test_any_json_under_the_known_names_becomes_an_error(self, value: object) -> None:
        """A field of an unexpected type is no reason to crash."""
        body = {"error_code": value, "error_msg": value, "error": value, "request_id": value}

        assert isinstance(error_of(respond(500, body), "try"), errors.ServerError)


class TestKinds:
    @pytest.mark.parametrize(
        ("status", "code", "kind"),
        [
            (400, "ModelArts.50004000", errors.BadRequestError),
            (401, "APIGW.0301", errors.AuthenticationError),
            (403, "ModelArts.0112", errors.PermissionDeniedError),
            (404, "ModelArts.50015001", errors.NotFoundError),
            (409, "ModelArts.50015000", errors.ConflictError),
            (415, "", errors.UnsupportedMediaTypeError),
            (429, "APIGW.0308", errors.ThrottledError),
            (500, "ModelArts.50005000", errors.ServerError),
            (599, "", errors.ServerError),
            (302, "", ApiError),
            (418, "", ApiError),
            (400, "ModelArts.2775", errors.NotFoundError),
            (400, "ModelArts.50004100", errors.UnsupportedMediaTypeError),
            (403, "ModelArts.0206", errors.AuthenticationError),
            (404, "ModelArts.2786", errors.PermissionDeniedError),
        ],
    )
    def test_status_and_code_decide_the_kind(self, status: int, code: str, kind: type[ApiError]) -> None:
        """A kind per status, except for codes that say something else than their status."""
        error = error_of(respond(status, {"error_code": code, "error_msg": "m"}), "try")

        assert type(error) is kind

    @pytest.mark.parametrize(
        "response",
        [
            respond(404, {"error_code": "APIGW.0101", "error_msg": "The API does not exist"}),
            respond(404, {"error_code": "ModelArts.2836", "error_msg": "Path not found"}),
            respond(404, text="<html>404 page not found</html>"),
            respond(404, text=""),
        ],
        ids=["gateway", "path", "some server", "nothing"],
    )
    def test_only_modelarts_says_that_something_is_gone(self, response: httpx.Response) -> None:
        """A 404 about the address is not one about the object: nobody may forget a pool over it."""
        error = error_of(response, "show resource pool train")

        assert not isinstance(error, NotFoundError)
        assert error.status == 404
        assert str(error).endswith("Check endpoint and region: nothing serves this address.")


class TestSecrets:
    def test_credentials_that_the_service_repeats_are_hidden(self) -> None:
        """The gateway names the access key it does not know, and a service may echo a token: neither is shown."""
        said = "verify aksk signature fail, ak AKSECRET not exist, token tok-secret, password hunter2"
        body = {"error_code": "APIGW.0301", "error_msg": said, "request_id": "AKSECRET"}

        error = error_of(respond(401, body), "list resource pools", secrets=["hunter2", ""])

        assert error.message == "verify aksk signature fail, ak *** not exist, token ***, password ***"
        assert not any(secret in f"{error} {error!r} {vars(error)}" for secret in ("AKSECRET", "tok-secret", "hunter2"))


class TestTree:
    def test_the_docstring_draws_the_tree(self) -> None:
        """Every error class stands in the drawing below its base, and nothing else does."""
        lines = [line.partition("── ") for line in (errors.__doc__ or "").splitlines() if "── " in line]
        drawn = [(len(indent) // 4, text.split()[0]) for indent, _, text in lines]

        assert drawn == below(ModelArtsError)

    def test_a_report_names_the_error_without_its_module(self) -> None:
        """Pulumi prints a user's error as `ModelArtsError: …`, without an import path."""
        text = traceback.format_exception_only(errors.RefusedError("no"))

        assert text == ["RefusedError: no\n"]

    def test_a_transport_error_says_whether_it_may_have_arrived(self) -> None:
        """Whoever sent a write must know whether to look for its effect."""
        lost = errors.TransportError("delete a of resource pool p", "ReadTimeout", may_have_arrived=True)
        unsent = errors.TransportError("list resource pools", "ConnectError", may_have_arrived=False)

        assert str(lost) == (
            "delete a of resource pool p: no usable answer, the service may have acted on it: ReadTimeout"
        )
        assert (
            str(unsent) == "list resource pools: no usable answer, the request did not reach the service: ConnectError"
        )


def below(kind: type[ModelArtsError], depth: int = 1) -> list[tuple[int, str]]:
    """The error classes of this module below one of them, with their depth, in the order of definition."""
    found = []
    for sub in kind.__subclasses__():
        if vars(errors).get(sub.__name__) is sub:
            found += [(depth, sub.__name__), *below(sub, depth + 1)]
    return found
