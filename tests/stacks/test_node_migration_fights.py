"""Two resources that would undo each other are refused in the preview, whichever comes first; no others are."""

import pytest

from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, TRAIN_POOL
from tests.stacks.harness import Project
from tests.stacks.migrations import move
from tests.stacks.pools import CPU, Code, pool, writes

pytestmark = pytest.mark.long  # many commands; what a user sees first is tested in `make test`

AFTER = [Code("move")]


def then(name: str) -> Code:
    """Return the options of a resource that is checked after another one."""
    return Code(f"pulumi.ResourceOptions(depends_on=[{name}])")


UNAWARE = (
    f"node {NODE} is moved by 'move', and 'train' manages the counts of '{TRAIN_POOL}' without knowing of it: "
    "the next run would buy or delete nodes. Pass 'move' to 'train' in after=[…]"
)


@pytest.mark.parametrize(
    ("program", "problem"),
    [
        (move() + pool(flavors={CPU: 2}, opts=then("move")), f"'train' has a problem: after: {UNAWARE}"),
        (pool(flavors={CPU: 2}) + move(opts=then("train")), f"'move' has a problem: source_pool: {UNAWARE}"),
        (
            move() + move(name="again", target=GPU_POOL, opts=then("move")),
            f"'again' has a problem: nodes[0]: '{NODE}' is placed by 'move' too; name it in one migration only",
        ),
        (
            pool("one", flavors={CPU: 2}) + pool("two", description="ours", opts=then("one")),
            f"'two' has a problem: pool_name: resource pool '{TRAIN_POOL}' is already managed by 'one'; merge both",
        ),
    ],
    ids=["migration-first", "pool-first", "one-node-twice", "one-pool-twice"],
)
def test_are_refused_with_the_fix(project: Project, program: str, problem: str) -> None:
    """The message names both resources, says what would happen, and how to mend the program."""
    project.program(program)

    refused = project.preview(fails=True)

    assert problem in refused.text
    assert writes(project) == []


def test_are_not_seen_in_renames_aliases_and_replacements(project: Project) -> None:
    """A resource that takes over in the same run, under a new name or with another pool, fights nobody."""
    first = pool(flavors={CPU: 1}, after=AFTER) + pool("other", INFER_POOL, scope=["Infer"])
    project.program(move() + first)
    project.up()

    renamed = Code("pulumi.ResourceOptions(aliases=[pulumi.Alias(name='move')])")
    project.program(
        move(name="moved", opts=renamed)
        + pool("pool", flavors={CPU: 1}, after=[Code("moved")])
        + pool("other", GPU_POOL, description="ours")
        + pool("infer", INFER_POOL, flavors={CPU: 3}, after=[Code("moved")])
    )
    project.emulator().journal.clear()
    up = project.up("--diff")

    assert "(replace[retain])" in up.stdout
    assert [operation for operation, _ in writes(project)] == ["patchPool"]
    assert project.resource("moved")["inputs"]["nodes"] == [NODE]
    with pytest.raises(LookupError):
        project.resource("move")
