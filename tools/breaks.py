"""Ways in which the emulator can be wrong, for `tools.broken_emulator`."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple, get_args

from pydantic_core import to_json

from modelarts_emulator import Emulator
from modelarts_emulator.manifest.case import Who
from modelarts_emulator.messages import CONTROL, Request, Response, is_control
from modelarts_emulator.service.urls import resolve
from modelarts_emulator.worlds.documented import WORLD
from tools.spoiling import (
    OTHER,
    PHASES,
    Answer,
    another_text,
    document_changed,
    each,
    labelled,
    lists,
    matched,
    plain_number,
    without_last,
)


class Break(NamedTuple):
    """One way in which the emulator is wrong.

    Attributes:
        text: What it does wrong.
        answer: Answers a request wrongly, with what answers it rightly.
        who: Who asks in truth, by whom a case says.
        is_blunt: Whether it spoils answers as a whole, so that it says little of a case which it fails.
    """

    text: str
    answer: Callable[[Answer, Request], Response]
    who: Mapping[Who, Who] = MappingProxyType({})
    is_blunt: bool = False


def reads(request: Request) -> bool:
    """Whether a request changes nothing."""
    found = resolve(request.method, request.path)
    return request.method == "GET" if found is None else found[0].reads


def refused(response: Response) -> bool:
    """Whether an answer is a refusal."""
    return response.status >= 400  # noqa: PLR2004 - where refusals begin


def rightly(right: Answer, request: Request) -> Response:
    """Answer as it should."""
    return right(request)


def strict(right: Answer, request: Request) -> Response:
    """Refuse a parameter that nobody knows."""
    if "colour" in request.query:
        return Response.of_json(400, {"error_code": "ModelArts.50004000", "error_msg": "Bad request. colour"})
    return right(request)


def misses_nothing(right: Answer, request: Request) -> Response:
    """Answer with an error where there is nothing."""
    response = right(request)
    if is_control(request.path) or not response.body or refused(response):
        return response
    document = response.json()
    if isinstance(document, dict) and [] in document.values():
        return Response.of_json(404, {"error_code": "ModelArts.50015001", "error_msg": "there is nothing"})
    return response


def grants(right: Answer, request: Request) -> Response:
    """Grant what is refused."""
    response = right(request)
    return Response.of_json(200, {}) if refused(response) and not is_control(request.path) else response


def refuses(right: Answer, request: Request) -> Response:
    """Refuse every change."""
    if is_control(request.path) or reads(request):
        return right(request)
    return Response.of_json(400, {"error_code": "ModelArts.50004000", "error_msg": "Bad request."})


def another_status(right: Answer, request: Request) -> Response:
    """Refuse with another status."""
    response = right(request)
    return response._replace(status=451) if refused(response) and not is_control(request.path) else response


def another_good_status(right: Answer, request: Request) -> Response:
    """Grant with another status."""
    response = right(request)
    return response if refused(response) or is_control(request.path) else response._replace(status=206)


def forgets(emulator: Emulator) -> Callable[[Answer, Request], Response]:
    """Answer every change, and undo it."""

    def answer(right: Answer, request: Request) -> Response:
        if is_control(request.path) or reads(request):
            return right(request)
        before = emulator.snapshot()
        response = right(request)
        emulator.restore(before)
        return response

    return answer


def time(scale: float) -> Callable[[Answer, Request], Response]:
    """Let another time pass than a case says."""

    def answer(right: Answer, request: Request) -> Response:
        if request.path == f"{CONTROL}/clock" and "advance" in request.json():
            request = replace(request, body=to_json({"advance": request.json()["advance"] * scale}))
        return right(request)

    return answer


def slower(right: Answer, request: Request) -> Response:
    """Begin with a world in which everything takes a second longer."""
    if request.path != f"{CONTROL}/seed":
        return right(request)
    world = request.json()
    names = ("queue", "creating", "checking", "deleting", "driver", "scope", "migrating", "rebooting")
    others = ("starting", "terminating", "network", "network_deleting")
    usual = dict(zip((*names, *others), (5, 60, 15, 60, 120, 20, 40, 60, 10, 15, 20, 10), strict=True))
    timings = {name: world.get("timings", {}).get(name, seconds) + 1 for name, seconds in usual.items()}
    world["timings"] = {**world.get("timings", {}), **timings}
    return right(replace(request, body=to_json(world)))


def deaf_to(*paths: str) -> Callable[[Answer, Request], Response]:
    """Take no notice of what is arranged by the control API."""

    def answer(right: Answer, request: Request) -> Response:
        if request.method != "DELETE" and any(request.path.startswith(f"{CONTROL}/{path}") for path in paths):
            return Response.of_json(200, {"id": "none", "job_id": "none"})
        return right(request)

    return answer


def plain_world(right: Answer, request: Request) -> Response:
    """Begin every case in the documented world, with nothing of its own."""
    if request.path != f"{CONTROL}/seed":
        return right(request)
    return right(replace(request, body=to_json(WORLD)))


def without_query(right: Answer, request: Request) -> Response:
    """Take no notice of queries."""
    if is_control(request.path):
        return right(request)
    return right(replace(request, target=request.target.partition("?")[0]))


def without_body(right: Answer, request: Request) -> Response:
    """Take no notice of what a search asks for, nor of fields of a change beyond the first."""
    if is_control(request.path) or not request.body.startswith(b"{"):
        return right(request)
    document = request.json()
    return right(replace(request, body=to_json(dict(list(document.items())[:-1]))))


def without_headers(right: Answer, request: Request) -> Response:
    """Send no headers but the length."""
    response = right(request)
    return response if is_control(request.path) else response._replace(headers={})


def breaks(emulator: Emulator) -> tuple[Break, ...]:
    """All ways in which the emulator is made wrong."""
    return (
        Break("what must be refused is granted", grants),
        Break("every change is refused", refuses),
        Break("refusals have another status", another_status),
        Break("good answers have another status", another_good_status, is_blunt=True),
        Break("refusals have another code", document_changed(each(lambda k, v: "X.1" if k == "error_code" else v))),
        Break("changes are answered and forgotten", forgets(emulator)),
        Break("time stands still", time(0)),
        Break("everything takes twice as long", time(0.5)),
        Break("everything takes half as long", time(2)),
        Break("everything takes a second longer", slower),
        Break("outcomes that were ordered do not come", deaf_to("faults")),
        Break("nothing happens by hand", deaf_to("nodes", "workloads", "training-jobs", "replacements")),
        Break("the world has nothing of its own", plain_world),
        Break("queries are not looked at", without_query),
        Break("the last field of a body is not looked at", without_body),
        Break("headers are missing", without_headers),
        Break("callers are not looked at", rightly, dict.fromkeys(get_args(Who), "caller")),
        Break("signatures must cover the host", rightly, {"hostless": "forger"}),
        Break("a parameter that nobody knows is refused", strict),
        Break("what has nothing is an error", misses_nothing),
        Break("what is shown alone has a label more", document_changed(labelled)),
        Break("times have no zone", document_changed(each(matched(r"20[0-9T:-]+Z", lambda text: text[:-1])))),
        Break(
            "addresses have no length",
            document_changed(each(matched(r"[0-9.]+/[0-9]+", lambda v: v.partition("/")[0]))),
        ),
        Break("numbers in texts are plain numbers", document_changed(each(plain_number))),
        Break("zones are told in other words", document_changed(each(matched("normal|soldout", str.upper)))),
        Break("lists come backwards", document_changed(lists(lambda items: items[::-1]))),
        Break("lists lack their last item", document_changed(lists(lambda items: items[:-1]))),
        Break("lists have an item twice", document_changed(lists(lambda items: items + items[-1:]))),
        Break("numbers are one more", document_changed(each(lambda _, v: v + 1 if type(v) is int else v))),
        Break("phases are other ones", document_changed(each(lambda k, v: OTHER.get(v, v) if k in PHASES else v))),
        Break("a field is missing", document_changed(without_last), is_blunt=True),
        Break("texts are other ones", document_changed(each(another_text)), is_blunt=True),
    )
