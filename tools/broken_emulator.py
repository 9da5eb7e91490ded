"""Break the emulator on purpose, in many ways, and see which cases of the manifest fail: each must, at least once.

Breaks that spoil answers as a whole are counted and told, but no case is held to be killed by one of these.

    python -m tools.broken_emulator            # a table of the breaks, and the cases that only one of them fails
    python -m tools.broken_emulator tags jobs  # the cases of these subjects alone
"""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace

from modelarts_emulator import Emulator
from modelarts_emulator.manifest import running
from modelarts_emulator.manifest.case import Case, Who
from modelarts_emulator.manifest.endpoint import Endpoint
from modelarts_emulator.manifest.reading import cases
from modelarts_emulator.messages import Request, Response
from tests.contract.places import WHOM, beside
from tools.breaks import Break, breaks


def broken(endpoint: Endpoint, kind: Break) -> Endpoint:
    """An endpoint that is wrong in one way."""

    def send(request: Request, who: Who) -> Response:
        return kind.answer(lambda right: endpoint.send(right, kind.who.get(who, who)), request)

    return replace(endpoint, send=send)


def killed(given: Iterable[Case], endpoint: Endpoint, kind: Break) -> set[str]:
    """Names of the cases that a break fails."""
    verdicts = running.run(given, broken(endpoint, kind), changes=True)
    return {verdict.case.name for verdict in verdicts if verdict.result not in {"agrees", "not run"}}


def main(subjects: list[str]) -> int:
    """Run every case with every break; 1 where a case survives them all, or fails with none."""
    given = [case for case in cases() if case.steps and (not subjects or case.about in subjects)]
    killers: dict[str, list[str]] = {case.name: [] for case in given}
    with Emulator(credentials=WHOM) as emulator, Emulator() as open_one:
        places = (
            (emulator, beside(emulator), [case for case in given if not case.open]),
            (open_one, replace(beside(open_one), verifies=False), [case for case in given if case.open]),
        )
        verdicts = [verdict for _, at, some in places for verdict in running.run(some, at, changes=True)]
        wrong = [verdict.case.name for verdict in verdicts if verdict.result != "agrees"]
        for index, kind in enumerate(breaks(emulator)):
            found = set[str]().union(*(killed(some, at, breaks(world)[index]) for world, at, some in places))
            told = ", which says little" if kind.is_blunt else ""
            print(f"{kind.text:45} {len(found):4} of {len(given)}{told}", flush=True)
            for name in () if kind.is_blunt else found:
                killers[name].append(kind.text)
    return told_of(killers, wrong)


def told_of(killers: Mapping[str, list[str]], wrong: list[str]) -> int:
    """Say which cases are killed by one break alone, and by none; 1 where there are such, or one fails by itself."""
    survivors = [name for name, by in killers.items() if not by]
    lines = [f"killed by one alone: {name}: {by[0]}" for name, by in killers.items() if len(by) == 1]
    lines += [f"SURVIVES: {name}" for name in survivors]
    lines += [f"FAILS WITHOUT A BREAK: {name}" for name in wrong]
    lines += [f"{len(killers) - len(survivors)} of {len(killers)} cases are killed"]
    print("\n".join(lines))
    return int(bool(survivors or wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
