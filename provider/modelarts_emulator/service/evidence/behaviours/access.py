"""Errors, and who may call."""

from __future__ import annotations

from modelarts_emulator.service.evidence.behaviours.behaviour import Behaviour

BEHAVIOURS = (
    Behaviour("errors", 'The body of an error is `{"error_code", "error_msg"}`', "documented", "every API page"),
    Behaviour("errors", "The request id stands in the header `X-Request-Id`", "client", "official SDK"),
    Behaviour("errors", "A missing pool is 404 `ModelArts.50015001`", "documented", "PatchPool"),
    Behaviour("errors", "A request that cannot be is 400 `ModelArts.50004000`", "documented", "PatchPool"),
    Behaviour("errors", "The text after `Bad request.` names the field and the reason", "assumed"),
    Behaviour("errors", "A missing node or order is 404 `ModelArts.50015001`", "assumed"),
    Behaviour("errors", "A missing training job is 400 `ModelArts.2775`", "documented", "error codes"),
    Behaviour("errors", "A query parameter that nobody knows changes nothing", "assumed"),
    Behaviour("errors", "A null where a field may be left out counts as left out", "client", "Terraform"),
    Behaviour("errors", "A path or method that is not served is 404 `APIGW.0101`", "documented", "API gateway errors"),
    Behaviour("errors", "Bodies above 12 MB are refused with 413", "documented", "API gateway errors"),
    Behaviour("errors", "A request beyond a rate is 429 `APIGW.0308`", "documented", "API gateway errors"),
    Behaviour("errors", "with `Retry-After`", "documented", "status codes"),
    Behaviour(
        "errors", "and the policy in its text: `policy user over ratelimit,limit:…`", "observed", "third-party reports"
    ),
    Behaviour("errors", "`Retry-After` is the whole seconds until a token of the bucket is back", "assumed"),
    Behaviour("errors", "A quota that is used up is 400 `ModelArts.0118`", "documented", "error codes"),
    Behaviour("access", "A token is valid for 24 hours", "documented", "authentication"),
    Behaviour("access", "A signature is valid for 15 minutes around its date", "documented", "authentication"),
    Behaviour("access", "A signature covers `X-Sdk-Date`; it may leave the host out", "client", "Terraform"),
    Behaviour("access", "A merge patch may be signed without its body (`UNSIGNED-PAYLOAD`)", "client", "official SDK"),
)
