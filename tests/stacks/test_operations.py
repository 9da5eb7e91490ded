"""The runbook: each entry after its accident, what it shows held to what is printed, what it says to do done."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from modelarts_emulator import INFER_POOL, NODE, PROJECT, TRAIN_POOL, Credentials, Emulator, Fault, Outcome
from tests.resources.service import Hand
from tests.stacks.migrations import move
from tests.stacks.owners import OTHER, OURS, THEIRS, as_other, tags
from tests.stacks.pools import AT_ONCE, CPU, Code, train, writes
from tests.stacks.runbook import Entry, sections, with_commands
from tests.stacks.test_made_pools import BLUE, made

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stacks.harness import Project

PAGE = "operations.md"
PARTS = ["What you see", "What it is", "What to do", "What it leaves", "When to call the vendor"]
"""Of every entry, in this order."""

MARKED = {**AT_ONCE, "modelarts:claim": True}
PATIENCE = 3
"""Seconds that a program waits for a pool, where nothing comes of it: each of them is one of this test's."""

ENTRIES: dict[str, Callable[[Entry], None]] = {}


def entry(heading: str) -> Callable[[Callable[[Entry], None]], Callable[[Entry], None]]:
    """Add an entry; what it decorates brings the accident about and follows the page."""

    def add(follow: Callable[[Entry], None]) -> Callable[[Entry], None]:
        ENTRIES[heading] = follow
        return follow

    return add


def test_every_entry_has_its_accident_and_its_form() -> None:
    """The page says of each what is seen, what it is, what to do, what it leaves, and when to call the vendor."""
    found = sections(PAGE)

    assert with_commands(PAGE) == ENTRIES.keys()
    assert {heading: re.findall(r"^\*\*(.+?)\.\*\*", found[heading], re.MULTILINE) for heading in ENTRIES} == (
        dict.fromkeys(ENTRIES, PARTS)
    )


@pytest.mark.long
@pytest.mark.parametrize("heading", ENTRIES)
def test_an_entry_leads_out_of_its_accident(project: Project, heading: str) -> None:
    """What it shows is printed, what it says to do helps, and nothing on it is left out."""
    project.configure(AT_ONCE)
    followed = Entry(project, sections(PAGE)[heading])

    ENTRIES[heading](followed)

    assert followed.left == []


@entry("An order is stuck")
def stuck(page: Entry) -> None:
    """Runs go on without it; once it has ended, what is missing is ordered, and nothing twice."""
    emulator = page.project.emulator()
    emulator.faults.arm(Fault("patchPool", outcome=Outcome(order="stuck", nodes=1)))
    seconds = f"create='{PATIENCE}s'"
    waits = Code(f"pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts({seconds}))")
    page.project.program(train(4, opts=waits))

    page.shows(page.project.up(fails=True))
    page.shows(page.follow()[-1])
    meanwhile = sent(page.project)
    emulator.fail_order(*Hand(emulator).orders(TRAIN_POOL))
    page.follow()

    assert meanwhile == ["patchPool"]
    assert sent(page.project) == ["patchPool", "patchPool"]
    assert Hand(emulator).counts(TRAIN_POOL) == {CPU: 4}


@entry("An order is fulfilled in part")
def in_part(page: Entry) -> None:
    """The next run orders what is missing, and no more."""
    emulator = page.project.emulator()
    emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=1)))
    page.project.program(train(4))

    page.shows(page.project.up(fails=True))
    page.follow()

    assert Hand(emulator).counts(TRAIN_POOL) == {CPU: 4}
    assert sent(page.project) == ["patchPool", "patchPool"]


@entry("A node is never ready")
def never_ready(page: Entry) -> None:
    """It counts until it is deleted, and is bought anew then."""
    emulator = page.project.emulator()
    emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=1, others="Abnormal")))
    page.project.program(train(4))

    page.shows(page.project.up(fails=True))
    page.shows(*page.follow())
    (broken,) = [node["metadata"]["name"] for node in Hand(emulator).node_list(TRAIN_POOL) if is_broken(node)]
    Hand(emulator).delete(TRAIN_POOL, broken)
    page.follow()

    assert [is_broken(node) for node in Hand(emulator).node_list(TRAIN_POOL)] == [False] * 4


@entry("A node is drained and left")
def drained(page: Entry) -> None:
    """It works again once it has moved, and can be moved back."""
    emulator = page.project.emulator()
    refused = Fault("batchMigratePoolNodes", status=400, code="ModelArts.50004000", message="no room")
    emulator.faults.arm(refused)
    page.project.program(move())

    page.shows(page.project.up(fails=True))
    page.follow()
    arrived = node_of(emulator, INFER_POOL)
    page.project.program(move(source_pool=INFER_POOL, target=TRAIN_POOL))
    page.follow()

    assert arrived["metadata"]["name"] == NODE
    assert "drain" not in json.dumps([arrived, node_of(emulator, TRAIN_POOL)]).lower()
    assert Hand(emulator).counts(INFER_POOL) == {CPU: 2}


@entry("Credentials end in the middle of a run")
def token_ends(page: Entry) -> None:
    """The order goes on, and the next run, with a token that holds, asks for nothing again."""
    users = Credentials(users={("acme", "robot"): "open sesame"})
    emulator = Emulator.open(page.project.emulator_file, clock="scaled:10", credentials=users)
    with emulator.serve() as server:
        page.project.over_the_network(server.url, {})
        page.project.env["HW_AUTH_TOKEN"] = issued(server.url)
        page.project.program(train(4))
        running = page.project.start("up", "--yes", "--skip-preview")
        running.until(lambda: "nodes of" in running.so_far)
        emulator.clock.advance(25 * 3600)

        page.shows(running.wait())
        page.follow({"a new token": issued(server.url)})

    assert Hand(emulator).counts(TRAIN_POOL) == {CPU: 4}
    assert sent(page.project) == ["patchPool"]


@entry("The state is lost")
def lost(page: Entry) -> None:
    """The program adopts everything again and changes nothing; under another name it takes the pool over."""
    page.project.configure(MARKED)
    program = move() + train(3, after=Code("[move]"))
    page.project.program(program)
    page.project.up()
    page.project.emulator().journal.clear()
    state = page.project.folder / "state" / ".pulumi" / "stacks" / "modelarts" / "test.json"
    state.unlink()

    page.shows(page.project.run("preview", fails=True))
    page.shows(page.follow({"stack": "test"})[-1])
    silent = sent(page.project)
    as_other(page.project)
    page.shows(page.project.run("preview", fails=True))
    page.project.program(move() + train(3, after=Code("[move]"), take_over=True))
    page.follow()

    assert silent == []
    assert sent(page.project) == ["batchCreatePoolTags", "batchDeletePoolTags"]
    assert tags(page.project) == [THEIRS]


@entry("Somebody changed a pool by hand")
def by_hand(page: Entry) -> None:
    """What was added stays until the program says otherwise, what was taken is left alone where it is ignored."""
    hand = Hand(page.project.emulator())
    page.project.program(train(3))
    page.project.up()
    hand.scale(TRAIN_POOL, CPU, 5)
    page.project.emulator().journal.clear()

    page.shows(page.project.run("preview"))
    page.project.program(train(5))
    page.follow()
    kept = sent(page.project)
    hand.delete(TRAIN_POOL, hand.nodes(TRAIN_POOL)[0])
    page.project.emulator().journal.clear()
    page.shows(page.project.run("preview"))
    page.project.program(train(5, opts=Code('pulumi.ResourceOptions(ignore_changes=["flavors"])')))
    page.follow()

    assert kept == sent(page.project) == []
    assert hand.counts(TRAIN_POOL) == {CPU: 4}


@entry("A pool is handed over")
def handed_over(page: Entry) -> None:
    """Its mark goes and nothing else; the other stack marks it, and finds it as declared."""
    page.project.configure(MARKED)
    page.project.program(train(3))
    page.project.up()
    page.project.emulator().journal.clear()

    page.project.program("")
    page.shows(*page.follow())
    released = tags(page.project)
    as_other(page.project)
    page.project.program(train(3))
    page.follow({"other stack": OTHER})

    assert released == []
    assert sent(page.project) == ["batchDeletePoolTags", "batchCreatePoolTags"]
    assert tags(page.project) == [THEIRS] != [OURS]


@entry("A pool is not deleted")
def not_deleted(page: Entry) -> None:
    """Once the node is back where it came from, the pool goes, and the node stays."""
    page.project.program(made())
    page.project.up()
    hand = Hand(page.project.emulator())
    hand.migrate(TRAIN_POOL, BLUE, NODE)

    page.shows(page.project.destroy(fails=True))
    back = move(NODE, source_pool=BLUE, target=TRAIN_POOL)
    page.project.program(back + made(after=[Code("move")]))
    page.follow()

    assert BLUE not in page.project.emulator().world()["pools"]
    assert NODE in hand.nodes(TRAIN_POOL)


@entry("A version is rolled back")
def rolled_back(page: Entry) -> None:
    """What a later version has left in the state is no change; the state from before is there if need be."""
    page.project.program(train(3))
    page.project.up()
    page.follow()
    left_by_a_later_version(page.project)
    page.project.emulator().journal.clear()

    page.project.program(train(3, of_a_later_version=True))
    page.shows(page.project.run("preview", fails=True))
    page.project.program(train(3))
    (same,) = page.follow()
    *_, again = page.follow()

    assert ["2 unchanged" in each.text for each in (same, again)] == [True, True]
    assert sent(page.project) == []


def sent(project: Project) -> list[str | None]:
    """Return the names of the operations that were sent to change something."""
    return [operation for operation, _ in writes(project)]


def is_broken(node: dict[str, Any]) -> bool:
    """Tell whether a node, as the service lists it, is broken."""
    return bool(node["status"]["phase"] == "Abnormal")


def node_of(emulator: Emulator, name: str) -> dict[str, Any]:
    """Return the node that moves, as a pool lists it."""
    (node,) = [node for node in Hand(emulator).node_list(name) if node["metadata"]["name"] == NODE]
    return node


def issued(url: str) -> str:
    """Return a token that IAM issues now."""
    user = {"name": "robot", "password": "open sesame", "domain": {"name": "acme"}}
    identity = {"methods": ["password"], "password": {"user": user}}
    body = {"auth": {"identity": identity, "scope": {"project": {"id": PROJECT}}}}
    return httpx.post(f"{url}/v3/auth/tokens", json=body).headers["x-subject-token"]


def left_by_a_later_version(project: Project) -> None:
    """Put an input and an output into the state that this version knows nothing of."""
    file = project.folder / "later.json"
    project.run("stack", "export", "--file", str(file))
    state = json.loads(file.read_text(encoding="utf-8"))
    (train,) = [each for each in state["deployment"]["resources"] if each["urn"].endswith("::train")]
    train["inputs"]["ofALaterVersion"] = train["outputs"]["ofALaterVersion"] = {"count": 3}
    file.write_text(json.dumps(state), encoding="utf-8")
    project.run("stack", "import", "--file", str(file))
