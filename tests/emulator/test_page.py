import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from dirty_equals import IsPartialDict, IsStr

from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, PROJECT, TRAIN_POOL, TRAINING_JOB, Emulator, Fault, Outcome
from modelarts_emulator import page as page_package
from modelarts_emulator.clock import EPOCH
from modelarts_emulator.faults import Throttle
from modelarts_emulator.messages import Request
from modelarts_emulator.models import node
from modelarts_emulator.models.node import Node
from modelarts_emulator.page import FILES, rules
from modelarts_emulator.page.tiles import PER_POOL
from modelarts_emulator.worlds.documented import WORLD
from tests.emulator.migrations import OTHER, moved
from tests.emulator.wire import CPU, GPU, Wire, cpu, error_code, world

FOLDER = Path(page_package.__file__).parent
ASSETS = {name: (FOLDER / name).read_text(encoding="utf-8") for name in FILES}
SECURITY = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def colours(block: str) -> dict[str, str]:
    """Colours that a block of the sheet gives names to."""
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


LIGHT, DARK = ASSETS["app.css"].split("@media (prefers-color-scheme: dark)")
COLOURS = {"light": colours(LIGHT), "dark": colours(DARK)}


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG 2.2 defines it, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of a colour as WCAG 2.2 defines it, from 0 to 1."""
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.fixture
def even(wire: Wire) -> Wire:
    """The documented world, in which all nodes take the same time."""
    wire.emulator.seed({**WORLD, "timings": {"spread": 0}})
    return wire


def nodes_of(emulator: Emulator, name: str) -> list[Node]:
    """Nodes of a pool in the order they came."""
    with emulator.moment() as tenant_of:
        return node.in_pool(tenant_of(PROJECT), name)


def fetch(wire: Wire, path: str) -> httpx.Response:
    """GET below the page's address."""
    return wire.client.get(f"{wire.base}/_emulator/{path}")


def state(wire: Wire, query: str = "") -> dict[str, Any]:
    """What the page reads."""
    document: dict[str, Any] = fetch(wire, f"state{query}").raise_for_status().json()
    return document


def pool(wire: Wire, name: str = TRAIN_POOL) -> dict[str, Any]:
    """One pool of the state."""
    return next(item for item in state(wire)["pools"] if item["id"] == name)


def tile(name: str, ip: str, flavor: str = CPU, zone: str = "cn-north-7c", **more: object) -> dict[str, Any]:
    """A node that is plainly there, save for what is said."""
    common = {"phase": "Available", "flavor": flavor, "node_pool": f"{flavor}-default", "az": zone, "created": EPOCH}
    return {"name": name, "ip": ip, **common, **more}


class TestFiles:
    @pytest.mark.parametrize("name", ["", *FILES])
    def test_each_is_served_with_its_type_and_guards(self, wire: Wire, name: str) -> None:
        """A file comes whole, as what it is, unstored, and under a policy that allows nothing but the page's own."""
        answer = fetch(wire, name)

        kinds = {"": "text/html", "html": "text/html", "css": "text/css", "js": "text/javascript"}
        assert answer.status_code == 200
        assert answer.text == ASSETS[name or "index.html"]
        assert answer.headers["content-type"] == f"{kinds[name.rpartition('.')[2]]}; charset=utf-8"
        assert {field: answer.headers[field] for field in SECURITY} == SECURITY

    def test_the_table_lists_what_the_folder_has(self) -> None:
        """Every file of the folder is served, and every file that is served exists."""
        assert {path.name for path in FOLDER.iterdir() if path.suffix not in {".py", ""}} == set(FILES)

    @pytest.mark.parametrize(
        "path",
        ["../control.py", "%2e%2e/control.py", "..%2fcontrol.py", "__init__.py", "page/app.js", "app.js/", "/app.js"],
    )
    def test_nothing_else_is_read(self, modelarts: Emulator, path: str) -> None:
        """No path leads to another file, one that no client has tidied up neither."""
        answer = modelarts.handle(Request("GET", f"/_emulator/{path}"))

        assert (answer.status, answer.json()["error_code"]) == (404, "Emulator.0003")

    def test_the_address_without_a_slash_leads_to_it(self, wire: Wire) -> None:
        """Relative names need the slash, so an address without it is sent on."""
        answer = wire.client.get(f"{wire.base}/_emulator")

        assert (answer.status_code, answer.headers["location"]) == (307, "/_emulator/")

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
    def test_it_is_only_read(self, wire: Wire, method: str) -> None:
        """Nobody can write to the page."""
        answer = wire.client.request(method, f"{wire.base}/_emulator/app.js")

        assert error_code(answer) == (404, "Emulator.0003")


@pytest.mark.parametrize("name", FILES)
class TestAssets:
    def test_name_no_other_host(self, name: str) -> None:
        """Everything a browser loads comes from the emulator; the one URL is the name of a vocabulary."""
        addresses = re.findall(r"(?:https?:)?//[a-z][\w.-]+[^'\"\s]*", ASSETS[name])

        assert set(addresses) <= {"http://www.w3.org/2000/svg"}

    def test_load_only_files_that_are_served(self, name: str) -> None:
        """Each import, script and sheet is in the table."""
        loaded = re.findall(r"""(?:from |src=|<link rel="stylesheet" href=)"\.?/?([^"]+)";?""", ASSETS[name])

        assert set(loaded) <= set(FILES)

    def test_parse_no_markup_and_carry_no_inline_code(self, name: str) -> None:
        """No way leads from data to markup or code, and nothing needs a hole in the policy."""
        forbidden = (
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|\bstyle=|\son\w+="
        )

        assert re.findall(forbidden, ASSETS[name]) == []

    def test_are_of_a_readable_size(self, name: str) -> None:
        """No file is longer than 300 lines."""
        assert len(ASSETS[name].splitlines()) <= 300


class TestState:
    def test_the_documented_world(self, wire: Wire) -> None:
        """One document holds everything that the page shows."""
        assert state(wire) == {
            "version": IsStr(),
            "clock": {"mode": "frozen", "rate": 0.0, "now": EPOCH, "next": None},
            "projects": [PROJECT],
            "project": PROJECT,
            "pools": [
                {
                    "id": TRAIN_POOL,
                    "name": "auto-pool-os",
                    "phase": "Running",
                    "message": "",
                    "flavors": [{"flavor": CPU, "declared": 2, "phases": {"Available": 2}}],
                    "drivers": [],
                    "scopes": [{"type": "Train", "state": "Enabled"}, {"type": "Infer", "state": "Enabled"}],
                    "total": 2,
                    "nodes": [tile(NODE, "10.0.0.10"), tile(OTHER, "10.0.0.11")],
                },
                {
                    "id": GPU_POOL,
                    "name": "gpu-pool-os",
                    "phase": "Running",
                    "message": "",
                    "flavors": [{"flavor": GPU, "declared": 2, "phases": {"Available": 2}}],
                    "drivers": [
                        {
                            "kind": "gpu",
                            "version": "440.33",
                            "target": "440.33",
                            "state": "Running",
                            "waiting": False,
                            "progress": None,
                        }
                    ],
                    "scopes": [{"type": "Train", "state": "Enabled"}],
                    "total": 2,
                    "nodes": [
                        tile("os-node-created-72w8d", "10.0.0.14", GPU, busy=TRAINING_JOB),
                        tile("os-node-created-p5ed5", "10.0.0.15", GPU),
                    ],
                },
                {
                    "id": INFER_POOL,
                    "name": "infer-pool-os",
                    "phase": "Running",
                    "message": "",
                    "flavors": [{"flavor": CPU, "declared": 2, "phases": {"Available": 2}}],
                    "drivers": [],
                    "scopes": [{"type": "Infer", "state": "Enabled"}],
                    "total": 2,
                    "nodes": [tile("os-node-created-b7f3q", "10.0.0.12"), tile("os-node-created-w4l2n", "10.0.0.13")],
                },
            ],
            "orders": [],
            "jobs": [],
            "training_jobs": [
                {
                    "id": TRAINING_JOB,
                    "name": "trainjob--py14_mem06-108",
                    "pool": GPU_POOL,
                    "phase": "Running",
                    "nodes": ["os-node-created-72w8d"],
                    "created": EPOCH,
                    "ends": None,
                }
            ],
            "faults": [],
            "journal": {"first": 1, "last": 0, "items": []},
        }

    def test_reading_it_changes_nothing(self, wire: Wire) -> None:
        """Looking moves no `auto` clock, spends no fault and leaves no trace in the journal."""
        wire.scale(cpu(4))
        wire.emulator.clock.set_mode("auto")
        wire.emulator.faults.arm(Fault("listPools", status=500))
        before = (wire.emulator.world(), wire.emulator.clock.state, wire.emulator.faults.armed())
        journal = wire.emulator.journal.exchanges()

        first = state(wire)

        assert state(wire) == first
        assert (wire.emulator.world(), wire.emulator.clock.state, wire.emulator.faults.armed()) == before
        assert wire.emulator.journal.exchanges() == journal

    def test_scaling(self, even: Wire) -> None:
        """An order shows what it changes and how far it is, by virtual time; nodes are counted by what they do."""
        even.scale(cpu(3))
        name = even.order()["orderName"]
        even.emulator.clock.advance(40)

        shown = state(even)

        assert shown["orders"] == [
            {
                "name": name,
                "pool": TRAIN_POOL,
                "operation": "modify",
                "phase": "processing",
                "progress": 0.5,
                "created": EPOCH,
                "ends": EPOCH + 75,
                "change": {CPU: [2, 3]},
                "reason": "",
            }
        ]
        assert shown["clock"] == {"mode": "frozen", "rate": 0.0, "now": EPOCH + 40, "next": EPOCH + 60}
        assert pool(even)["flavors"] == [{"flavor": CPU, "declared": 3, "phases": {"Available": 2, "Creating": 1}}]
        assert pool(even)["nodes"][2] == IsPartialDict(phase="Creating", created=EPOCH)

    def test_an_order_that_ended_badly(self, even: Wire) -> None:
        """The reason shows when the order has ended, not before."""
        even.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=0, reason="sold out")))
        even.scale(cpu(3))

        before = state(even)["orders"][0]
        even.emulator.clock.advance(75)

        assert before == IsPartialDict(phase="pending", progress=0.0, reason="")
        assert state(even)["orders"][0] == IsPartialDict(
            phase="failed", progress=1.0, reason="1 of 1 nodes failed: sold out"
        )

    def test_an_order_without_end(self, even: Wire) -> None:
        """A stuck order has neither an end nor progress."""
        even.emulator.faults.arm(Fault("patchPool", outcome=Outcome(order="stuck")))
        even.scale(cpu(3))

        even.emulator.clock.advance(600)

        assert state(even)["orders"] == [IsPartialDict(phase="processing", progress=None, ends=None, reason="")]

    def test_a_migration(self, even: Wire) -> None:
        """A job shows how many nodes have arrived; a node names its job while it moves, and then checks itself."""
        job = moved(even, NODE)
        even.emulator.clock.advance(9)

        under_way, moving = state(even), pool(even)["nodes"]
        even.emulator.clock.advance(36)

        assert under_way["jobs"] == [
            {
                "id": job,
                "type": "migrate-nodes",
                "source": TRAIN_POOL,
                "target": INFER_POOL,
                "phase": "Running",
                "arrived": 0,
                "total": 1,
                "progress": 0.2,
                "created": EPOCH,
                "ends": EPOCH + 45,
                "stuck": False,
                "hidden": False,
                "reason": "",
            }
        ]
        assert moving == [tile(NODE, "10.0.0.10", moving=job), tile(OTHER, "10.0.0.11")]
        assert state(even)["jobs"][0] == IsPartialDict(phase="Success", arrived=1, progress=1.0)
        assert pool(even)["nodes"] == [tile(OTHER, "10.0.0.11")]
        assert pool(even, INFER_POOL)["nodes"][2] == tile(NODE, "10.0.0.10", phase="Checking")

    def test_reboot(self, even: Wire) -> None:
        """Nodes that are rebooted check themselves and do not move, and the job says what it does."""
        document = {"nodeNames": [NODE]}
        job = even.post(f"/pools/{TRAIN_POOL}/nodes/batch-reboot", document).raise_for_status().json()["job_id"]

        assert state(even)["jobs"] == [IsPartialDict(id=job, type="reboot-node", arrived=0, total=1)]
        assert pool(even)["nodes"][0] == tile(NODE, "10.0.0.10", phase="Checking")

    def test_jobs_that_clients_cannot_follow(self, even: Wire) -> None:
        """A stuck job counts its nodes instead of its time, and a hidden one is shown here."""
        even.emulator.seed(world(one={"resources": [cpu(6)]}, two={"resources": [cpu(1)]}))
        one, two = (f"{name}-{PROJECT}" for name in ("one", "two"))
        first, second, third, *_ = even.nodes(one)
        even.emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(job="stuck", nodes=1)))
        moved(even, first, second, source=one, target=two)
        even.emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(job="vanished")))
        moved(even, third, source=one, target=two)

        even.emulator.clock.advance(600)

        assert state(even)["jobs"] == [
            IsPartialDict(phase="Running", arrived=1, total=2, progress=0.5, ends=None, stuck=True, hidden=False),
            IsPartialDict(phase="Success", arrived=1, total=1, progress=1.0, stuck=False, hidden=True),
        ]

    def test_a_driver(self, even: Wire) -> None:
        """An upgrade that waits for training jobs has no progress; from their end on it has."""
        driver = {"gpuVersion": "515.65.01", "updateStrategy": "idle"}
        even.patch({"spec": {"driver": driver}}, GPU_POOL)

        waiting = pool(even, GPU_POOL)["drivers"]
        even.emulator.finish_training_job(TRAINING_JOB)
        even.emulator.clock.advance(30)

        common = {"kind": "gpu", "version": "440.33", "target": "515.65.01", "state": "Upgrading"}
        assert waiting == [{**common, "waiting": True, "progress": None}]
        assert pool(even, GPU_POOL)["drivers"] == [{**common, "waiting": False, "progress": 0.25}]
        assert state(even)["training_jobs"][0] == IsPartialDict(phase="Completed", ends=EPOCH)

    def test_flags_of_nodes(self, wire: Wire) -> None:
        """Locks, drains and defects show on their nodes alone."""
        names = {"nodeNames": [NODE]}
        wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-drain", names)
        wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-lock", {**names, "actions": ["delete"]})
        wire.emulator.set_node_phase(TRAIN_POOL, OTHER, "Abnormal")

        assert pool(wire)["nodes"] == [
            tile(NODE, "10.0.0.10", locked=True, drained=True),
            tile(OTHER, "10.0.0.11", phase="Abnormal"),
        ]

    def test_a_large_pool(self, wire: Wire) -> None:
        """All nodes are counted, some are shown: those that differ, wherever they stand, then the first ones."""
        wire.emulator.seed(world(large={"resources": [cpu(1000)]}))
        name = f"large-{PROJECT}"
        nodes = [item.name for item in nodes_of(wire.emulator, name)]
        wire.emulator.set_node_phase(name, nodes[999], "Abnormal")

        shown = pool(wire, name)

        assert (shown["total"], shown["flavors"][0]["phases"]) == (1000, {"Available": 999, "Abnormal": 1})
        assert [item["name"] for item in shown["nodes"]] == [*nodes[: PER_POOL - 1], nodes[999]]

    def test_projects(self, wire: Wire) -> None:
        """Another project is shown on request, and one without pools is empty."""
        twin = f"pool-of-another-project-{PROJECT[::-1]}"
        pools = {twin: {"network": "network-a", "resources": [cpu(1)]}}
        wire.emulator.seed({"projects": {"other": {"pools": pools}, **world(one={"resources": [cpu(1)]})["projects"]}})

        other, nothing = state(wire, "?project=other"), state(wire, "?project=nothing")

        assert state(wire)["project"] == PROJECT
        assert (other["projects"], [item["id"] for item in other["pools"]]) == ([PROJECT, "other"], [twin])
        assert (nothing["project"], nothing["pools"]) == ("nothing", [])


class TestJournal:
    def test_what_was_asked_since(self, wire: Wire) -> None:
        """A line says when, what and how it went; those that the page knows are left out."""
        wire.emulator.faults.arm(Fault("listPools", status=503))
        wire.get("/pools")
        wire.emulator.clock.advance(7)
        wire.client.get(f"{wire.base}/v9/none")

        lines = state(wire)["journal"]

        pools = {"method": "GET", "path": f"/v2/{PROJECT}/pools", "operation": "listPools"}
        first = {**pools, "number": 1, "at": EPOCH, "status": 503, "fault": "503 before"}
        none = {"method": "GET", "path": "/v9/none", "operation": None, "status": 404, "fault": None}
        second = {**none, "number": 2, "at": EPOCH + 7}
        assert lines == {"first": 1, "last": 2, "items": [first, second]}
        assert state(wire, "?since=1")["journal"] == {"first": 1, "last": 2, "items": [second]}
        assert state(wire, "?since=2")["journal"] == {"first": 1, "last": 2, "items": []}

    def test_a_journal_that_was_cleared(self, wire: Wire) -> None:
        """The page learns which lines it has to forget."""
        wire.get("/pools")
        wire.emulator.journal.clear()

        assert state(wire)["journal"] == {"first": 2, "last": 1, "items": []}

    def test_more_than_a_page_reads(self, modelarts: Emulator) -> None:
        """Of many exchanges the newest are shown."""
        for _ in range(205):
            modelarts.handle(Request("GET", "/v9/none"))

        found = modelarts.handle(Request("GET", "/_emulator/state")).json()["journal"]

        assert (found["last"], [item["number"] for item in found["items"]]) == (205, list(range(6, 206)))

    @pytest.mark.parametrize("since", ["now", "-1", "1.5", "", "9" * 30, "\N{SUPERSCRIPT TWO}"])
    def test_since_is_a_number(self, wire: Wire, since: str) -> None:
        """Anything else is refused."""
        assert error_code(fetch(wire, f"state?since={since}")) == (400, "Emulator.0002")


class TestFaults:
    def test_a_rule_with_its_counts(self, wire: Wire) -> None:
        """A rule says what it waits for, what it does, and how often it did."""
        rule = Fault("showPool", {"pool": TRAIN_POOL}, status=429, retry_after=2, scope="mine", times=3, after=1)
        wire.emulator.faults.arm(rule)
        for _ in range(2):
            wire.client.get(wire.url(f"/pools/{TRAIN_POOL}"), headers={"x-emulator-scope": "mine"})

        assert state(wire)["faults"] == [
            {
                "number": 1,
                "operation": "showPool",
                "match": {"pool": TRAIN_POOL},
                "scope": "mine",
                "does": "answers 429 ModelArts.50005000 with Retry-After 2",
                "waits": 0,
                "hits": 1,
                "left": 2,
                "from": EPOCH,
                "until": None,
                "active": True,
            }
        ]

    def test_a_window(self, wire: Wire) -> None:
        """A rule says when it is active, and whether it is; one without end has no number left."""
        wire.emulator.faults.arm(Fault("*", status=503, starts_in=60, lasts=30, times=None, after=2))

        (before,) = state(wire)["faults"]
        wire.emulator.clock.advance(60)

        common = {"waits": 2, "hits": 0, "left": None, "from": EPOCH + 60, "until": EPOCH + 90}
        assert before == IsPartialDict(active=False, **common)
        assert state(wire)["faults"] == [IsPartialDict(active=True, **common)]

    @pytest.mark.parametrize(
        ("operation", "does", "words"),
        [
            ("*", {"latency": 30, "status": 503, "code": "A"}, "takes 30 s, answers 503 A"),
            ("*", {"drop": "reset", "when": "after"}, "resets the connection, once it has had its effect"),
            ("*", {"drop": "close"}, "closes the connection"),
            ("*", {"drop": "truncate", "keep": 9}, "sends a part of the body and closes, of which 9 bytes arrive"),
            ("*", {"drop": "stall"}, "sends a part of the body and falls silent"),
            ("*", {"cut_json": True}, "answers a part of the JSON"),
            ("*", {"throttle": Throttle(0.5, 3)}, "lets 0.5 requests a second through, 3 at once"),
            (
                "*",
                {"throttle": Throttle(2, per_scope=True)},
                "lets 2 requests a second through, 1 at once for each scope",
            ),
            (
                "patchPool",
                {"outcome": Outcome(nodes=1, spec="real", others="Abnormal")},
                (
                    "lets 1 of its nodes succeed (insufficient resources), leaves the others Abnormal, "
                    "sets the counts to what there is"
                ),
            ),
            ("patchPool", {"outcome": Outcome(driver="Abnormal")}, "leaves the driver Abnormal"),
            ("patchPool", {"outcome": Outcome(order="stuck")}, "leaves its order processing for ever"),
            ("batchMigratePoolNodes", {"outcome": Outcome(job="stuck")}, "leaves its job running for ever"),
            ("batchMigratePoolNodes", {"outcome": Outcome(job="vanished")}, "hides its job"),
        ],
    )
    def test_what_it_does_in_words(self, modelarts: Emulator, operation: str, does: dict[str, Any], words: str) -> None:
        """Each effect has its words."""
        modelarts.faults.arm(Fault(operation, **does))

        (shown,) = modelarts.handle(Request("GET", "/_emulator/state")).json()["faults"]
        modelarts.faults.clear()

        assert shown["does"] == words

    def test_no_field_is_forgotten(self) -> None:
        """Whatever a rule can say has words, or a place of its own."""
        elsewhere = {"operation", "match", "scope", "times", "after", "starts_in", "lasts", "message", "rate", "burst"}
        text = Path(rules.__file__).read_text(encoding="utf-8")
        names = {*Fault._fields, *Outcome._fields, *Throttle._fields}

        assert {name for name in names - elsewhere if f".{name}" not in text} == set()


class TestColours:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize(
        ("text", "ground"),
        [
            *((text, ground) for text in ("ink", "quiet") for ground in ("page", "card", "sunken")),
            *((name, ground) for name in ("good", "bad", "open") for ground in ("card", f"{name}-soft")),
            *((f"on-{name}", name) for name in ("accent", "available", "creating", "checking", "abnormal", "deleting")),
            ("ink", "available"),
        ],
    )
    def test_text_can_be_read(self, scheme: str, text: str, ground: str) -> None:
        """Text has a contrast of at least 4.5 (WCAG 2.2, AA)."""
        assert contrast(COLOURS[scheme][text], COLOURS[scheme][ground]) >= 4.5

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize(
        ("edge", "ground"),
        [
            *((name, "card") for name in ("edge", "accent", "moving")),
            *((f"{name}-edge", "card") for name in ("available", "creating", "checking", "abnormal", "deleting")),
            ("accent", "sunken"),
        ],
    )
    def test_shapes_can_be_seen(self, scheme: str, edge: str, ground: str) -> None:
        """What outlines a control, a tile or the focus has a contrast of at least 3 (WCAG 2.2, AA)."""
        assert contrast(COLOURS[scheme][edge], COLOURS[scheme][ground]) >= 3
