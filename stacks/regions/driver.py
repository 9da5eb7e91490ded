"""One fleet over many stacks: a driver that previews all of them together, and then runs what was shown.

    python driver.py preview [STACK …]
    python driver.py up [STACK …]

Each `Pulumi.<stack>.yaml` beside this file is a stack, and an ordinary one: plain `pulumi` works on it too. A stack
that fails hides no other. `up` holds each stack to its preview by a saved plan, and leaves out what failed there.
Ctrl-C reaches every Pulumi that runs, as in any terminal: each ends its wait and keeps in its state what was begun,
so that the next `up` goes on from there. Stacks that were waiting for their turn are not begun.

Exit code: 0 if every stack did what was asked, 1 if one failed or nobody said yes, 130 after Ctrl-C.
"""

import argparse
import re
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pulumi import automation

HERE = Path(__file__).parent

stopping = threading.Event()
choosing = threading.Lock()


@dataclass
class Report:
    """What a preview of one stack has shown, or how its run went.

    Attributes:
        stack: Its name.
        moves: Nodes that move, {node: "from -> to"}.
        bought: Nodes that are bought, {"pool flavor": count}.
        removed: Nodes that are removed, {node: pool}.
        others: Whatever else changes, {"pool property": "before -> after"}, and what is taken out of the stack.
        unknown: Resources of which only the run can tell.
        errors: Why it failed.
        begun: Whether its turn came before Ctrl-C.
    """

    stack: str
    moves: dict[str, str] = field(default_factory=dict)
    bought: dict[str, int] = field(default_factory=dict)
    removed: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    begun: bool = True

    def hear(self, event: automation.EngineEvent) -> None:
        """Takes in an event of Pulumi's."""
        if event.resource_pre_event:
            self._step(event.resource_pre_event.metadata)
        told = event.diagnostic_event
        if told and told.severity == "error":
            self.errors.append(plain(told.message))

    def _step(self, step: automation.StepEventMetadata) -> None:
        """Takes in what a resource announces: those entries of its map that the state does not have yet."""
        name = step.urn.rpartition("::")[2]
        if step.op == automation.OpType.DELETE:
            self.others[name] = "taken out of the stack"
        for key, take in (("moves", self._move), ("changes", self._change)):
            shown, stored = (((state and state.inputs) or {}).get(key, {}) for state in (step.new, step.old))
            if isinstance(shown, Mapping):
                new = {path: entry for path, entry in shown.items() if stored.get(path) != entry}
                take(name, {path: entry.removesuffix(" (again)") for path, entry in new.items()})
            else:
                self.unknown.append(name)

    def _move(self, _: str, entries: Mapping[str, str]) -> None:
        self.moves |= entries

    def _change(self, pool: str, entries: Mapping[str, str]) -> None:
        for path, entry in entries.items():
            kind, _, what = path.partition(".")
            if kind == "nodes":
                self.removed[what] = pool
            elif kind in {"flavors", "nodePools"} and (counts := re.fullmatch(r"(\d+) -> (\d+)", entry)):
                self.bought[f"{pool} {what}"] = max(0, int(counts[2]) - int(counts[1]))
            else:
                self.others[f"{pool} {path}"] = entry

    @property
    def nodes(self) -> tuple[int, int, int]:
        """How many nodes move, are bought and are removed."""
        return len(self.moves), sum(self.bought.values()), len(self.removed)

    def outcome(self, well: str) -> str:
        """Returns how it went, in a word or two where not well."""
        return "not begun" if not self.begun else "FAILED" if self.errors else well

    def lines(self) -> Iterator[str]:
        """Returns what was shown: a summary, then each entry."""
        yield f"{self.stack}: {self.outcome(in_words(self.nodes))}"
        yield from (f"    move {node}: {way}" for node, way in sorted(self.moves.items()))
        yield from (f"    buy {count} for {what}" for what, count in sorted(self.bought.items()) if count)
        yield from (f"    remove {node} of {pool}" for node, pool in sorted(self.removed.items()))
        yield from (f"    change {what}: {entry}" for what, entry in sorted(self.others.items()))
        yield from (f"    known when it runs: {name}" for name in self.unknown)
        yield from self.failures()

    def failures(self) -> Iterator[str]:
        """Returns why it failed, line by line."""
        yield from (f"    {line}" for error in self.errors for line in error.splitlines() if line)


def in_words(nodes: tuple[int, int, int]) -> str:
    """Returns how many nodes move, are bought and are removed."""
    move, buy, remove = nodes
    return f"{move} to move, {buy} to buy, {remove} to remove" if any(nodes) else "no node moves, comes or goes"


def plain(message: str) -> str:
    """Returns a message without the marks that stand where colours go."""
    return re.sub(r"<\{%.*?%\}>", "", message).strip()


def preview(stack: str, plan: Path) -> Report:
    """Previews a stack, and saves what it would do."""
    report, said = Report(stack), list[str]()
    try:
        _chosen(stack).preview(plan=str(plan), on_event=report.hear, on_error=said.append, color="never")
    except automation.CommandError:
        report.errors = report.errors or said
    return report


def up(stack: str, plan: Path) -> Report:
    """Does what the preview of a stack has shown, and prints how it goes."""
    report, said = Report(stack), list[str]()

    def hear(event: automation.EngineEvent) -> None:
        report.hear(event)
        told = event.diagnostic_event
        if told and told.severity == "info" and told.urn:
            for line in plain(told.message).splitlines():
                print(f"{stack} {told.urn.rpartition('::')[2]}: {line}", flush=True)

    try:
        _chosen(stack).up(plan=str(plan), on_event=hear, on_error=said.append, color="never")
    except automation.CommandError:
        report.errors = report.errors or said
    return report


def _chosen(stack: str) -> automation.Stack:
    """Returns a stack, made where there is none yet; one at a time, as Pulumi writes down which was chosen last."""
    with choosing:
        return automation.create_or_select_stack(stack, work_dir=str(HERE))


def each(stacks: Sequence[str], work: Callable[[str], Report], at_once: int) -> list[Report]:
    """Does something to every stack, some at once, until it is done or somebody presses Ctrl-C."""

    def turn(stack: str) -> Report:
        return Report(stack, begun=False) if stopping.is_set() else work(stack)

    before = signal.signal(signal.SIGINT, _stop)
    try:
        with ThreadPoolExecutor(at_once) as pool:
            return list(pool.map(turn, stacks))
    finally:
        signal.signal(signal.SIGINT, before)


def _stop(*_: object) -> None:
    """Hears Ctrl-C, which every Pulumi that runs has heard as well."""
    stopping.set()
    print("Stopping: what runs ends its wait, and nothing else is begun.", file=sys.stderr, flush=True)


def main() -> int:
    """Previews all stacks, tells of them together, and for `up` does what was shown."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        plans = Path(folder)
        shown = each(options.stacks, lambda stack: preview(stack, plans / stack), options.at_once)
        tell(shown)
        hold = [report.stack for report in shown if report.begun and not report.errors]
        if options.verb == "preview" or stopping.is_set() or not hold:
            return code(shown)
        if not options.yes and not _sure(hold):
            return 1
        done = each(hold, lambda stack: up(stack, plans / stack), options.at_once)
    print()
    for report in done:
        print("\n".join([f"{report.stack}: {report.outcome('done')}", *report.failures()]))
    return code([*shown, *done])


def tell(shown: Sequence[Report]) -> None:
    """Prints the previews of all stacks together."""
    for report in shown:
        print("\n".join(report.lines()))
    move, buy, remove = map(sum, zip(*(report.nodes for report in shown), strict=True))
    failed = sum(bool(report.errors) for report in shown)
    print(f"together: {in_words((move, buy, remove))}; {failed} of {len(shown)} failed")


def code(reports: Sequence[Report]) -> int:
    """Returns the exit code."""
    return 130 if stopping.is_set() else int(any(report.errors for report in reports))


def _sure(stacks: Sequence[str]) -> bool:
    """Asks whether to go on; nobody there, or Ctrl-C, means no."""
    with suppress(EOFError, KeyboardInterrupt):
        return input(f"Do this to {', '.join(stacks)}? [y/N] ").strip().lower() == "y"
    return False


def _options() -> argparse.Namespace:
    known = sorted(path.stem.removeprefix("Pulumi.") for path in HERE.glob("Pulumi.*.yaml"))
    parser = argparse.ArgumentParser(description="Preview a fleet over many stacks, and run what was shown.")
    parser.add_argument("verb", choices=["preview", "up"])
    parser.add_argument("stacks", nargs="*", metavar="STACK", help=f"default: all, which are {', '.join(known)}")
    parser.add_argument("--at-once", type=int, default=2, help="stacks that are worked on at a time (default: 2)")
    parser.add_argument("--yes", action="store_true", help="do not ask between previews and run")
    options = parser.parse_intermixed_args()
    if unknown := set(options.stacks) - set(known):
        parser.error(f"no such stack: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    options.stacks = options.stacks or known
    return options


if __name__ == "__main__":
    sys.exit(main())
