"""Two stacks at one service, with the real CLI."""

import pytest

from modelarts_emulator import INFER_POOL, TRAIN_POOL
from tests.stacks.harness import Project
from tests.stacks.owners import OURS, THEIRS, as_other, tags
from tests.stacks.pools import CPU, Code, operations, pool, train

pytestmark = pytest.mark.long  # many commands; what a user sees first is tested in `make test`

RETAINED = Code("pulumi.ResourceOptions(retain_on_delete=True)")


@pytest.fixture
def marked(project: Project) -> Project:
    """A stack that has marked the training pool as its own."""
    project.configure({"modelarts:claim": True})
    project.program(train(3))
    project.up()
    return project


def test_a_pool_belongs_to_one_stack_until_it_is_released(marked: Project) -> None:
    """The other stack's preview names the owner, and the owner's destroy takes its mark away and nothing else."""
    first = marked.resource("train")["inputs"]["changes"]

    as_other(marked)
    refused = marked.run("preview", fails=True)
    marked.env.pop("PULUMI_STACK")
    released = marked.destroy()

    assert first == {"claim": f"(none) -> {OURS}", f"flavors.{CPU}": "2 -> 3"}
    assert f"pool_name: resource pool {TRAIN_POOL!r} is marked by stack {OURS}; two stacks would" in refused.text
    assert f"{TRAIN_POOL!r} stays as it is, and is no longer marked as that of this stack" in released.text
    assert tags(marked) == []
    assert operations(marked).count("patchPool") == 1


def test_at_rest_nothing_is_sent(marked: Project) -> None:
    """A marked pool costs one listing, and no write."""
    marked.emulator().journal.clear()

    marked.up("--expect-no-changes")
    marked.up("--expect-no-changes", "--refresh")

    assert {*operations(marked)} == {"listPools"}
    assert tags(marked) == [OURS]


def test_another_pool_name_moves_the_mark(marked: Project) -> None:
    """The pool that comes is marked, and the one that goes is not any more."""
    marked.program(pool("train", INFER_POOL, flavors={CPU: 2}))

    marked.up()

    assert (tags(marked, TRAIN_POOL), tags(marked, INFER_POOL)) == ([], [OURS])


def test_taking_over(marked: Project) -> None:
    """With take_over the preview shows from whom to whom, and the former owner is refused from then on."""
    as_other(marked)
    marked.program(train(3, take_over=True))

    taken = marked.up("--diff")
    marked.program(train(3))
    kept = marked.up("--diff")
    marked.env.pop("PULUMI_STACK")
    refused = marked.run("preview", fails=True)

    assert f'claim: "{OURS} -> {THEIRS}"' in taken.stdout
    assert "claim" not in kept.stdout.partition("takeOver")[0]
    assert f"is marked by stack {THEIRS}" in refused.text
    assert tags(marked) == [THEIRS]


def test_one_that_is_retained_keeps_its_mark(marked: Project) -> None:
    """A program that says `retain_on_delete` itself has its way: the pool stays marked."""
    marked.program(train(3, opts=RETAINED))
    marked.up()

    assert "[retain]" in marked.destroy("--diff").text
    assert tags(marked) == [OURS]
