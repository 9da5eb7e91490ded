"""A run of `modelarts review`.

Exit status: 0 reported, 1 could not be read, 2 wrong words, 3 a gate fails or nobody can approve this, 130 interrupted.
"""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, TextIO

from pulumi_modelarts.cli.review import prices
from pulumi_modelarts.cli.review.documents import GIVE
from pulumi_modelarts.cli.review.judging import WordsError, judge
from pulumi_modelarts.cli.review.markdown import markdown
from pulumi_modelarts.cli.review.page import page
from pulumi_modelarts.cli.review.prices import PricesError
from pulumi_modelarts.cli.review.reading import report
from pulumi_modelarts.cli.review.step import UnreadableError
from pulumi_modelarts.cli.review.text import Text
from pulumi_modelarts.cli.review.to_json import to_json
from pulumi_modelarts.cli.review.totals import cost
from pulumi_modelarts.cli.screen import colours

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping, Sequence

    from pulumi_modelarts.cli.review.report import Report
    from pulumi_modelarts.cli.review.totals import Cost

UNREAD, WRONG_WORDS, INTERRUPTED = 1, 2, 130
PIPE: Final = "-"
_PIPE_TITLE: Final = "the pipe"


def run(
    arguments: argparse.Namespace,
    *,
    environ: Mapping[str, str] | None = None,
    pipe: BinaryIO | None = None,
    out: TextIO | None = None,
) -> int:
    """Read, and print the report.

    Args:
        arguments: As `add_to` has them parsed.
        environ: The environment; default: that of the process.
        pipe: What comes through the pipe; default: standard input.
        out: Where to print; default: standard output.

    Returns:
        Exit status.
    """
    out = out or sys.stdout
    if isinstance(out, io.TextIOWrapper):
        out.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        known = prices.read(Path(arguments.prices)) if arguments.prices else None
        found = report(_inputs(arguments.files or [PIPE], pipe or sys.stdin.buffer))
        told = cost(found.resources, known) if known is not None else None
        coloured = colours(out, os.environ if environ is None else environ)
        out.write(_printed(arguments.format, found, told, coloured=coloured))
        out.flush()
        status, lines = judge(found, arguments, known)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
        return UNREAD
    except (PricesError, WordsError) as error:
        return _failed(error, WRONG_WORDS)
    except UnreadableError as error:
        return _failed(error, UNREAD)
    sys.stderr.writelines(f"modelarts review: {line}\n" for line in lines)
    return status


def _inputs(files: Sequence[str], pipe: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Yields what inputs are called, and their content.

    Raises:
        UnreadableError: One cannot be opened.
    """
    for file in dict.fromkeys(files):
        if file == PIPE and pipe.isatty():
            raise UnreadableError(f"nothing is piped in; {GIVE}, as a file or through a pipe")
        try:
            yield (_PIPE_TITLE, pipe.read()) if file == PIPE else (file, Path(file).read_bytes())
        except OSError as error:
            raise UnreadableError(f"{file} cannot be read: {error.strerror or error}") from error


def _printed(form: str, found: Report, told: Cost | None, *, coloured: bool) -> str:
    if form == "json":
        return json.dumps(to_json(found, told), indent=2) + "\n"
    if form == "markdown":
        return markdown(found, told)
    if form == "html":
        return page(found, told)
    return "".join(f"{line}\n" for line in Text(colours=coloured).report(found, told))


def _failed(error: Exception, status: int) -> int:
    sys.stderr.write(f"modelarts review: {error}\n")
    return status
