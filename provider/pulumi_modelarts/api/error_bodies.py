"""What the body of a refusal says, in whichever of the known shapes.

Documented: `{"error_code", "error_msg"}` (ModelArts and the gateway; the training service adds `error_solution`) and
`{"error": {"code", "message"}}` (IAM). The vendor's SDK also understands `{"errorCode", "errorMsg"}` and
`{"code", "message"}`. Whatever else comes (the page of a proxy, say) is quoted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import from_json

if TYPE_CHECKING:
    import httpx

LONGEST_QUOTE: Final = 300
"""Characters of an unexplained answer that a message repeats."""


def explain(response: httpx.Response) -> tuple[str, str, str]:
    """Code, message and request id of an answer, read to its end; what it does not say is empty."""
    try:
        body = from_json(response.content)
    except ValueError:
        body = None
    fields = body if isinstance(body, dict) else {}
    if isinstance(fields.get("error"), dict):
        fields = {**fields, **fields["error"]}
    code = _first(fields, "error_code", "errorCode", "code")
    message = _first(fields, "error_msg", "errorMsg", "message")
    solution = _first(fields, "error_solution")
    if solution and message:
        message = f"{message.rstrip('. ')}. {solution}"
    request_id = response.headers.get("x-request-id", "") or _first(fields, "request_id", "requestId")
    return code, message or _quote(response), request_id


def _first(fields: dict[str, Any], *names: str) -> str:
    for name in names:
        if isinstance(fields.get(name), str | int):
            return str(fields[name])
    return ""


def _quote(response: httpx.Response) -> str:
    """What an unexplained answer says to a human: tags and repeated blanks removed, shortened."""
    text = re.sub(r"(?is)<(script|style).*?</\1>|<[^>]*>", " ", response.content.decode("utf-8", errors="replace"))
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    shown = text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
    return shown or response.reason_phrase
