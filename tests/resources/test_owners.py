"""Claims of one process: what stands against what, told once for each pair of resources."""

import pytest

from pulumi_modelarts.plans.selectable import Holder
from pulumi_modelarts.reconcilers.claims import Conflict, NodeClaim, Noun, PoolClaim
from pulumi_modelarts.reconcilers.owners import Owners

POOL, TARGET, ELSEWHERE = "auto-pool", "infer-pool", "third-pool"
NODES = [f"node-{number}" for number in range(7)]
MOVE, OTHER_MOVE, TRAIN, RENAMED = (f"urn:pulumi:test::x::{name}" for name in ("move", "other", "train", "renamed"))
CHOICE, OTHER_CHOICE = (f"urn:pulumi:test::x::{name}" for name in ("two", "three"))


def claims(*nodes: str, urn: str = MOVE, sources: tuple[str, ...] = (POOL,)) -> dict[str, NodeClaim]:
    """Return the claims of a migration to the target pool."""
    return {node: NodeClaim(urn, frozenset(sources), TARGET) for node in nodes}


def test_many_nodes_make_one_conflict() -> None:
    """A pool that does not know of a migration hears of it once, with the first nodes and how many more."""
    owners = Owners()
    owners.claim_nodes(MOVE, claims(*NODES))

    (conflict,) = owners.claim_pool(POOL, PoolClaim(TRAIN, counts=True, after={}))

    assert conflict == Conflict(
        "node-0",
        "nodes node-0, node-1, node-2, node-3, node-4 and 2 more are moved by 'move', and 'train' manages the counts "
        "of 'auto-pool' without knowing of it: the next run would buy or delete nodes. Pass 'move' to 'train' in "
        "after=[…]",
    )


def test_the_pool_that_a_node_is_in_counts_as_its_source() -> None:
    """A node that lives elsewhere than the program says is missed there, too."""
    owners = Owners()
    owners.claim_pool(ELSEWHERE, PoolClaim(TRAIN, counts=True, after={}))

    conflicts = owners.claim_nodes(MOVE, claims(NODES[0], sources=(POOL, ELSEWHERE)))

    assert [conflict.subject for conflict in conflicts] == [ELSEWHERE]


def test_a_pool_that_knows_of_the_migration_or_counts_nothing_is_no_conflict() -> None:
    """With the node in `after`, in whatever node pool, or without counts, nothing would be undone."""
    owners = Owners()
    owners.claim_nodes(MOVE, claims(NODES[0]))

    knowing = owners.claim_pool(POOL, PoolClaim(TRAIN, counts=True, after={NODES[0]: f"{TARGET}/gold"}))
    uncounted = owners.claim_pool(TARGET, PoolClaim(OTHER_MOVE, counts=False, after={}))

    assert (knowing, uncounted) == ([], [])


def test_claims_that_are_made_anew_replace_the_old_ones() -> None:
    """A node goes from one migration to another, and a resource from one pool to another, without a conflict."""
    owners = Owners()
    owners.claim_nodes(MOVE, claims(*NODES[:2]))
    owners.claim_pool(ELSEWHERE, PoolClaim(TRAIN, counts=False, after={}))

    owners.claim_nodes(MOVE, claims(NODES[0]))
    taken = owners.claim_nodes(OTHER_MOVE, claims(NODES[1], urn=OTHER_MOVE))
    owners.claim_pool(POOL, PoolClaim(TRAIN, counts=False, after={}))
    freed = owners.claim_pool(ELSEWHERE, PoolClaim(RENAMED, counts=False, after={}))

    assert (taken, freed) == ([], [])


def test_what_other_migrations_take_is_counted_while_it_is_there() -> None:
    """A claim counts in the pool that its node is in, until the node has left it; one's own claims do not."""
    owners = Owners()
    sources = frozenset({POOL})
    owners.claim_nodes(MOVE, {"mine": NodeClaim(MOVE, sources, TARGET, POOL)})
    owners.claim_nodes(
        OTHER_MOVE,
        {
            "there": NodeClaim(OTHER_MOVE, sources, TARGET, POOL),
            "gone": NodeClaim(OTHER_MOVE, sources, TARGET, POOL),
            "from elsewhere": NodeClaim(OTHER_MOVE, sources, TARGET, ELSEWHERE),
            "in place": NodeClaim(OTHER_MOVE, sources, TARGET, TARGET),
        },
    )

    taken = owners.taken_from(POOL, {"mine", "there", "from elsewhere", "in place", "staying"}, MOVE)

    assert taken == {"'other'": 1}


def test_what_is_spoken_for_is_told_with_who_has_it_and_whether_it_leaves() -> None:
    """A choice leaves the pool that it was made in, a migration takes from where a node is; one's own is left out."""
    owners = Owners()
    owners.claim_nodes(
        MOVE,
        {
            "going": NodeClaim(MOVE, frozenset({POOL}), TARGET, POOL),
            "gone": NodeClaim(MOVE, frozenset({POOL}), TARGET, TARGET),
        },
    )
    owners.choose(CHOICE, POOL, ["mine"], ["mine"])
    owners.choose(OTHER_CHOICE, POOL, ["theirs"], ["theirs"])

    here, there = owners.spoken_for(CHOICE, POOL), owners.spoken_for(CHOICE, TARGET)

    assert here == {
        "going": Holder("is placed by 'move'", leaves=True),
        "gone": Holder("is placed by 'move'", leaves=False),
        "theirs": Holder("is chosen by 'three'", leaves=True, selection="'three'"),
    }
    assert [name for name, holder in there.items() if holder.leaves] == []


def test_what_somebody_has_cannot_be_chosen() -> None:
    """Be it named by a migration or chosen by another selection meanwhile; then nothing is recorded at all."""
    owners = Owners()
    owners.claim_nodes(MOVE, claims("named"))
    owners.choose(OTHER_CHOICE, POOL, ["theirs"], ["theirs"])

    made = [owners.choose(CHOICE, POOL, ["free", node], ["free", node]) for node in ("named", "theirs")]

    assert made == [False, False]
    assert owners.chosen_by(["free", "named", "theirs"]) == {"theirs": "'three'"}


def test_what_a_selection_drops_is_free() -> None:
    """A choice that is made anew replaces the one before."""
    owners = Owners()
    owners.choose(CHOICE, POOL, ["a", "b"], ["a", "b"])
    owners.choose(CHOICE, POOL, ["a"], [])

    assert owners.choose(OTHER_CHOICE, POOL, ["b"], ["b"])
    assert owners.chosen_by(["a", "b"]) == {"a": "'two'", "b": "'three'"}


def test_what_a_program_declares_is_known_by_its_id() -> None:
    """Whoever is to delete an object hears of the resource that stands for it, as long as it stands for it."""
    owners = Owners()
    owners.declare(TRAIN, "resource pool", POOL)
    owners.declare(MOVE, "network", TARGET)
    owners.declare(RENAMED, "resource pool", ELSEWHERE)

    owners.declare(RENAMED, "resource pool", TARGET)

    asked: list[tuple[Noun, str]] = [
        ("resource pool", POOL),
        ("resource pool", TARGET),
        ("network", TARGET),
        ("resource pool", ELSEWHERE),
    ]
    assert [owners.declared(noun, id_) for noun, id_ in asked] == ["'train'", "'renamed'", "'move'", ""]


class TestAPoolThatTheProgramMakes:
    def test_expects_the_nodes_in_its_arrivals(self) -> None:
        """It cannot come after the migration that needs it; the names of the nodes are enough, in either order."""
        owners, other = Owners(), Owners()
        expecting = PoolClaim(TRAIN, counts=True, after={}, arrivals=frozenset(NODES[:2]), makes=True)

        first = [owners.claim_pool(TARGET, expecting), owners.claim_nodes(MOVE, claims(*NODES[:2]))]
        last = [other.claim_nodes(MOVE, claims(*NODES[:2])), other.claim_pool(TARGET, expecting)]

        assert first == last == [[], []]

    @pytest.mark.parametrize(
        ("nodes", "names", "them"),
        [(NODES[:1], "node node-0 is", "it"), (NODES[:2], "nodes node-0, node-1 are", "them")],
    )
    def test_is_told_to_name_the_others_there(self, nodes: list[str], names: str, them: str) -> None:
        """`after` would be a circle: whoever is checked last names the argument that is none."""
        owners, other = Owners(), Owners()
        making = PoolClaim(TRAIN, counts=True, after={}, arrivals=frozenset({NODES[6]}), makes=True)

        owners.claim_pool(TARGET, making)
        by_the_migration = owners.claim_nodes(MOVE, claims(*nodes))
        other.claim_nodes(MOVE, claims(*nodes))
        by_the_pool = other.claim_pool(TARGET, making)

        reason = (
            f"{names} brought by 'move' into 'infer-pool', which 'train' makes without expecting {them}: there would "
            f"be more nodes than declared. Name {them} in arrivals=[…] of 'train'"
        )
        assert by_the_migration == [Conflict(TARGET, reason, "arrivals")]
        assert by_the_pool == [Conflict(NODES[0], reason, "arrivals")]

    def test_expects_them_in_the_default_node_pool_of_their_flavor(self) -> None:
        """A node that joins another node pool would be bought in the default one."""
        owners = Owners()
        owners.claim_pool(TARGET, PoolClaim(TRAIN, counts=True, after={}, arrivals=frozenset(NODES), makes=True))

        conflicts = owners.claim_nodes(
            MOVE, {NODES[0]: NodeClaim(MOVE, frozenset({POOL}), TARGET, POOL, node_pool="gold")}
        )

        reason = (
            "node node-0 is brought by 'move' into node pool 'gold', and 'train' counts its arrivals in the default "
            "node pool of their flavor. Take target_node_pool out of 'move'"
        )
        assert conflicts == [Conflict(TARGET, reason, "arrivals")]

    def test_knows_of_nodes_that_leave_it_like_any_other(self) -> None:
        """An arrival that a migration takes away again is missed, and there is a way without a circle."""
        owners = Owners()
        owners.claim_pool(POOL, PoolClaim(TRAIN, counts=True, after={}, arrivals=frozenset(NODES), makes=True))

        (conflict,) = owners.claim_nodes(MOVE, claims(NODES[0]))

        assert (conflict.argument, conflict.reason.rpartition(". ")[2]) == (
            "after",
            "Pass 'move' to 'train' in after=[…], and write source_pool='auto-pool' there",
        )
