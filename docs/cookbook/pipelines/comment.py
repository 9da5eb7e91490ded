"""Writes a review as the comment of a pull or merge request, or edits the one that is there: `comment.py review.md`.

It takes the variables that the pipeline sets, and TOKEN; needs Python alone.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

MARKER = "<!-- modelarts-review: "
SECONDS = 30


def ask(method: str, url: str, body: str | None = None) -> Any:
    """Asks the API, and returns its answer; an error ends the script."""
    token = os.environ["TOKEN"]
    name, value = ("PRIVATE-TOKEN", token) if "GITLAB_CI" in os.environ else ("Authorization", f"Bearer {token}")
    data = None if body is None else json.dumps({"body": body}).encode()
    request = Request(url, data, {name: value, "Content-Type": "application/json"}, method=method)  # noqa: S310 - the pipeline's own API
    with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - likewise
        return json.load(answer)


def places() -> tuple[str, str, str]:
    """Returns where comments are listed and made, where one is edited, and by which method."""
    env = os.environ
    if "GITLAB_CI" in env:
        notes = (
            f"{env['CI_API_V4_URL']}/projects/{env['CI_PROJECT_ID']}/merge_requests/{env['CI_MERGE_REQUEST_IID']}/notes"
        )
        return notes, notes, "PUT"
    issues = f"{env['GITHUB_API_URL']}/repos/{env['GITHUB_REPOSITORY']}/issues"
    return f"{issues}/{env['NUMBER']}/comments", f"{issues}/comments", "PATCH"


def is_own(comment: dict[str, Any]) -> bool:
    """Returns whether the pipeline wrote a comment: anybody can write the marker."""
    author = comment.get("user") or comment["author"]
    name = author.get("login") or author["username"]
    return bool(name == os.environ["AUTHOR"])


def main() -> None:
    """Finds the comment by its first line, which is a marker, and writes it."""
    body = Path(sys.argv[1]).read_text(encoding="utf-8")
    marker = body.partition("\n")[0]
    if not marker.startswith(MARKER):
        sys.exit(f"{sys.argv[1]} is no review: the step before has said why")
    every, one, method = places()
    page = 1
    while comments := ask("GET", f"{every}?per_page=100&page={page}"):
        for comment in comments:
            if is_own(comment) and comment["body"].startswith(marker):
                ask(method, f"{one}/{comment['id']}", body)
                return
        page += 1
    ask("POST", every, body)


if __name__ == "__main__":
    main()
