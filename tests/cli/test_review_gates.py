"""What gates let through, and that nothing passes of which nobody can tell what it does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from pulumi_modelarts.cli.review import policy
from pulumi_modelarts.cli.review.gates import GateError, failures, gate
from pulumi_modelarts.cli.review.policy import PolicyError
from pulumi_modelarts.cli.review.report import Report, State
from pulumi_modelarts.plans.effect import Altered, Awaited, Deleted, Hidden, Made, Moved, Removed, Switched
from pulumi_modelarts.plans.subject import Place, Subject
from tests.cli.reports import CPU, INFER, TRAIN, grown, report, resource

if TYPE_CHECKING:
    from pathlib import Path

    from pulumi_modelarts.plans.effect import Effect

EVERY = [
    *("moved", "bought", "removed", "created", "deleted", "driver", "scope", "job-flavors", "description"),
    *("on-destroy", "any"),
]
MOVE = Moved("n1", Place(TRAIN), Place(INFER))
DRIVER = Altered(TRAIN, "driver.gpuVersion", "440.33", "515.65.01")


def failing(found: Report, *texts: str, prices: dict[str, Decimal] | None = None) -> dict[str, str]:
    """Return why gates fail, by their text; with a question mark where nobody can tell."""
    judged = failures([gate(text) for text in texts], found, prices)
    return {each.gate.text: f"{each.why}{'?' if each.unclear else ''}" for each in judged}


class TestAGate:
    @pytest.mark.parametrize(
        ("effect", "caught"),
        [
            (MOVE, {"moved": "moved: 1"}),
            (grown(TRAIN, 2, 4), {"bought": "bought: 2"}),
            (Removed(TRAIN, "n1"), {"removed": "removed: 1"}),
            (Made(TRAIN, "net"), {"created": "created: yes"}),
            (Deleted(TRAIN), {"deleted": "deleted: yes"}),
            (DRIVER, {"driver": "driver: yes"}),
            (Altered(TRAIN, "scope", "Train", "Infer"), {"scope": "scope: yes"}),
            (Altered(TRAIN, "jobFlavors", "a", "b"), {"job-flavors": "job-flavors: yes"}),
            (Altered(TRAIN, "description", "a", "b"), {"description": "description: yes"}),
            (Switched(TRAIN, "released", "deleted with its 2 nodes"), {"on-destroy": "on-destroy: yes"}),
        ],
        ids=lambda each: type(each).__name__ if not isinstance(each, dict) else "",
    )
    def test_fails_on_what_it_names(self, effect: Effect, caught: dict[str, str]) -> None:
        """And on nothing else; `any` fails on each of them."""
        found = report(resource(effect))

        assert failing(found, *EVERY) == {**caught, "any": "any: yes"}

    def test_lets_notes_through(self) -> None:
        """What sends nothing is nothing."""
        assert failing(report(resource(Awaited(TRAIN, "n1"))), *EVERY) == {}

    @pytest.mark.parametrize(("text", "fails"), [("bought>4", False), ("bought>=4", True), ("bought>3", True)])
    def test_has_a_bound(self, text: str, *, fails: bool) -> None:
        """Over all resources together."""
        found = report(resource(grown(TRAIN, 1, 3)), resource(grown(INFER, 2, 4), name="infer"))

        assert bool(failing(found, text)) is fails

    def test_is_about_pools_of_a_pattern(self) -> None:
        """By id or name without the project; a node that moves is of both pools."""
        found = report(resource(grown(TRAIN, 1, 3)), resource(MOVE, name="move"))

        assert failing(found, "pool:infer-*: any", "pool:infer-*: bought>0", "pool:auto-pool-os: bought>0") == {
            "pool:infer-*: any": "any: yes",
            "pool:auto-pool-os: bought>0": "bought: 2",
        }

    def test_cannot_tell_whether_an_unknown_pool_is_of_a_pattern(self) -> None:
        """One whose id is secret; whatever is about all pools is as it is."""
        found = report(resource(grown(Subject(""), 1, 3)))

        assert failing(found, "pool:infer-*: bought>5", "bought>5", "bought>1") == {
            "pool:infer-*: bought>5": "what is done is not known of train?",
            "bought>1": "bought: 2",
        }

    def test_counts_the_nodes_of_a_pool_that_goes(self) -> None:
        """They are removed with it; where a file does not say how many, nobody can tell."""
        known = report(resource(Deleted(TRAIN), state=State.UNTOLD, counts={CPU: 3}))
        unknown = report(resource(Deleted(TRAIN), state=State.UNTOLD))

        assert failing(known, "removed>3", "removed>2", "driver") == {"removed>2": "removed: 3"}
        assert failing(unknown, "removed>3") == {"removed>3": "what is done is not known of train?"}

    @pytest.mark.parametrize(
        ("text", "why"),
        [("cost>+1459/month", "the cost changes by +1460.00"), ("cost>+1/hour", "the cost changes by +2.00")],
    )
    def test_of_a_cost(self, text: str, why: str) -> None:
        """A month has 730 hours."""
        found = report(resource(grown(TRAIN, 2, 4)))

        assert failing(found, text, "cost>+1460/month", prices={CPU: Decimal(1)}) == {text: why}

    @pytest.mark.parametrize("text", EVERY)
    @pytest.mark.parametrize("state", [state for state in State if state is not State.KNOWN])
    def test_fails_on_what_is_not_known(self, state: State, text: str) -> None:
        """Whatever it is about."""
        assert failing(report(resource(state=state)), text) == {text: "what is done is not known of train?"}

    @pytest.mark.parametrize("text", ["removed", "cost>+5/hour", "pool:*: driver"])
    def test_fails_on_what_is_secret_or_broken(self, text: str) -> None:
        """A count that is never told, a preview that failed, one that was stopped."""
        secret = report(resource(Hidden(TRAIN, f"flavors.{CPU}")))
        prices = {CPU: Decimal(1)}

        for found in (secret, report(failed=True), report(complete=False)):
            assert [why[-1] for why in failing(found, text, prices=prices).values()] == ["?"]

    def test_fails_without_prices(self) -> None:
        """No file, or no price of a flavor that comes."""
        found, text = report(resource(grown(TRAIN, 2, 4))), "cost>+5/hour"

        assert failing(found, text) == {text: "no prices are given; name their file with --prices?"}
        assert failing(found, text, prices={}) == {text: f"there is no price of {CPU}?"}

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "destroyed",
            "bought>",
            "bought>1.5",
            "bought<3",
            "cost>5",
            "cost",
            "driver>1",
            "pool: any",
            "bought>4/hour",
        ],
    )
    def test_that_is_none_is_refused(self, text: str) -> None:
        """With what there is."""
        with pytest.raises(GateError, match="is no gate"):
            gate(text)


class TestAPolicy:
    def test_has_gates_and_freezes(self, tmp_path: Path) -> None:
        """Each with its reason; a freeze lasts as the clocks of its zone show it."""
        file = tmp_path / "policy.yaml"
        file.write_text(
            "gates:\n- gate: removed>0\n  reason: ask the team\n"
            "freezes:\n- {from: 2026-12-20 18:00, to: 2027-01-03 08:00, zone: Asia/Shanghai, reason: year end}\n"
        )

        read = policy.read(file)

        before, during = (datetime(2026, 12, 20, 9, 59, tzinfo=UTC), datetime(2026, 12, 20, 10, 0, tzinfo=UTC))
        after = datetime(2027, 1, 3, 0, 0, tzinfo=UTC)
        told = {moment: [(each.text, each.reason) for each in read.at(moment)] for moment in (before, during, after)}
        rule = ("removed>0", "ask the team")
        freeze = ("freeze until 2027-01-03 08:00 Asia/Shanghai", "year end")
        assert told == {before: [rule], during: [rule, freeze], after: [rule]}
        assert [each.gate.what for each in failures(read.at(during), report(resource(DRIVER)), None)] == ["any"]

    @pytest.mark.parametrize(
        ("window", "first", "last"),
        [
            ("from: 2026-10-25 02:30, to: 2026-10-25 02:31", "2026-10-25T00:30", "2026-10-25T01:30"),
            ("from: 2026-03-29 02:30, to: 2026-03-29 02:45", "2026-03-29T00:30", "2026-03-29T01:44"),
            ("from: 2026-03-28 02:30, to: 2026-03-28 02:45", "2026-03-28T01:30", "2026-03-28T01:44"),
        ],
    )
    def test_freezes_as_long_as_clocks_can_mean(self, tmp_path: Path, window: str, first: str, last: str) -> None:
        """Where they show an hour twice, both of it; where they skip one, whatever it may have been."""
        file = tmp_path / "policy.yaml"
        file.write_text(f"freezes: [{{{window}, zone: Europe/Berlin, reason: r}}]")
        begins, ends = (datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (first, last))
        moment = timedelta(minutes=1)

        frozen = [bool(policy.read(file).at(now)) for now in (begins - moment, begins, ends, ends + moment)]

        assert frozen == [False, True, True, False]

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("gates: [{gate: any, reason: r}]\ngates: []", "gates stands there more than once"),
            ("freezes: [{from: a, to: b, to: c, zone: UTC, reason: r}]", "to stands there more than once"),
            pytest.param("[" * 5000, "it is nested too deeply", id="deep"),
            ("- removed>0", "is no policy (all of it)"),
            ("gates: [{gate: removed>0}]", "is no policy (gates.0.reason)"),
            ("gate: []", "is no policy (gate)"),
            ("gates: [{gate: gone, reason: r}]", "'gone' is no gate"),
            ("freezes: [{from: 2026-12-20, to: 2026-12-19, zone: UTC, reason: r}]", "a freeze ends at 2026-12-19"),
            ("freezes: [{from: 2026-12-20, to: 2026-12-21, zone: Mars/Base, reason: r}]", "no time zone 'Mars/Base'"),
            ("freezes: [{from: soon, to: 2026-12-21, zone: UTC, reason: r}]", "cannot be used"),
            ("freezes: [{from: 2026-12-20T10:00+02:00, to: 2026-12-21, zone: UTC, reason: r}]", "an offset of its own"),
            ("{", "cannot be used"),
        ],
    )
    def test_that_is_none_is_refused(self, tmp_path: Path, text: str, why: str) -> None:
        """With the place, or what is wrong there."""
        file = tmp_path / "policy.yaml"
        file.write_text(text)

        with pytest.raises(PolicyError) as refused:
            policy.read(file)

        assert why in str(refused.value)
