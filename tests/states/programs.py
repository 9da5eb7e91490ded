"""What the programs declare whose states are kept, and the world that they begin with.

Each part uses pools of its own and what the first version that had it could say, so that a version runs all parts that
it knows, and the newest one understands them too.
"""

from typing import Any

from modelarts_emulator import GPU_POOL, INFER_POOL, NETWORK, PROJECT, TRAIN_POOL

CPU, GPU = "modelarts.vm.cpu.4ud", "modelarts.vm.gpu.t4u8"
LEND, BORROW, ONE, TWO = (f"{name}-pool-os-{PROJECT}" for name in ("lend", "borrow", "one", "two"))
MOVED = "os-node-created-aaaaa"

_COUNTS = {TRAIN_POOL: 3, INFER_POOL: 2, LEND: 3, BORROW: 1, ONE: 4, TWO: 2}
_NODES = iter(f"os-node-created-{letter * 5}" for letter in "abcdefghijklmnopqrstuvwxyz")
WORLD: dict[str, Any] = {
    "projects": {
        PROJECT: {
            "pools": {
                name: {
                    "network": NETWORK,
                    "scope": ["Train", "Infer"],
                    "resources": [{"flavor": CPU, "count": count}],
                    "nodes": [next(_NODES) for _ in range(count)],
                }
                for name, count in _COUNTS.items()
            }
            | {
                GPU_POOL: {
                    "network": NETWORK,
                    "scope": ["Train"],
                    "driver": {"gpuVersion": "440.33"},
                    "resources": [{"flavor": GPU, "count": 2}],
                    "nodes": [next(_NODES) for _ in range(2)],
                }
            }
        }
    }
}

_POOLS = f"""
train = modelarts.ResourcePool(
    "train", pool_name="{TRAIN_POOL}", flavors={{"{CPU}": COUNT}}, scope=["Infer", "Train", "Notebook"],
    max_growth=4, AFTER
)
infer = modelarts.ResourcePool("infer", pool_name="{INFER_POOL}", flavors={{"{CPU}": 3}}, description="blue", AFTER)
gpu = modelarts.ResourcePool(
    "gpu", pool_name="{GPU_POOL}",
    node_pools={{"{GPU}-default": modelarts.NodePool(flavor="{GPU}", count=3)}},
    driver=modelarts.Driver(gpu_version="515.65.01", update_strategy="force"),
)
pulumi.export("train", train.node_counts)
pulumi.export("changes", train.changes)
"""
_MOVES = f"""
move = modelarts.NodeMigration(
    "move", nodes=["{MOVED}"], source_pool="{TRAIN_POOL}", target_pool="{INFER_POOL}", on_running_jobs="wait"
)
pulumi.export("moves", move.moves)
"""
_SELECTION = f"""
choice = modelarts.NodeSelection("choice", pool="{LEND}", flavor="{CPU}", count=1, keepers={{"epoch": 1}})
lent = modelarts.NodeMigration("lent", nodes=choice.nodes, source_pool="{LEND}", target_pool="{BORROW}")
"""
_MADE = f"""
net = modelarts.Network("net", name="team-net", cidr="192.168.0.0/20")
blue = modelarts.ResourcePool(
    "blue", name="team-blue", network=net.network_name, flavors={{"{CPU}": 1}}, scope=["Train"]
)
"""
_FLEET = f"""
fleet = modelarts.Fleet("fleet", pools={{
    "one": modelarts.PoolSpec(pool_name="{ONE}", flavors={{"{CPU}": COUNT}}),
    "two": modelarts.PoolSpec(pool_name="{TWO}", flavors={{"{CPU}": 4}}),
}})
"""

PARTS = {"pools": _POOLS, "moves": _MOVES, "selection": _SELECTION, "made": _MADE, "fleet": _FLEET}
"""In the order in which the versions came by them."""


def program(parts: list[str], count: int) -> str:
    """Return a program of these parts; with another count a second run has something to do."""
    after = "after=[move]," if "moves" in parts else ""
    first = [part for part in ("moves", *PARTS) if part in parts]
    text = "".join(PARTS[part] for part in dict.fromkeys(first))
    return text.replace("COUNT", str(count)).replace("AFTER", after)
