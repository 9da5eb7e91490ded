"""A platform's stack: it owns the pools, and teams place nodes in some of them from stacks of their own.

`make up STACK=platform` runs it from nothing, then `make up STACK=team-blue` that of a team, on the same emulator. They
never undo each other, because each node has one owner:

- CPU nodes are the platform's. The fleet says how many each shared pool has, and `modelarts:claim` marks these pools,
  so that no migration of another stack takes nodes out of them or brings some.
- GPU nodes are the teams'. The platform declares no count of them: it would be put right by the next run, and a node
  that a team has taken would be bought anew here, and be one too many there.
"""

import pulumi

import pulumi_modelarts as modelarts

CPU = "modelarts.vm.cpu.4ud"
NETWORK = "network-maos-86c13962597848eeb29c5861153a391f"
TRAIN = "auto-pool-os-86c13962597848eeb29c5861153a391f"
INFER = "infer-pool-os-86c13962597848eeb29c5861153a391f"
GPU = "gpu-pool-os-86c13962597848eeb29c5861153a391f"

settings = pulumi.Config("modelarts")


class TeamPool(pulumi.ComponentResource):
    """A team's pool: made with one CPU node for what controls the team's work; GPU nodes are brought by the team."""

    def __init__(self, team: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:index:TeamPool", team, None, opts)
        self.pool = modelarts.ResourcePool(
            team,
            name=f"team-{team}",
            network=NETWORK,
            flavors={CPU: 1},
            scope=["Train", "Notebook"],
            opts=pulumi.ResourceOptions(
                parent=self, protect=True
            ),  # a destroy with nodes of the team in it never begins
        )
        self.register_outputs({"pool": self.pool.pool_name})


shared = modelarts.Fleet(
    "shared",
    pools={
        "train": modelarts.PoolSpec(pool_name=TRAIN, flavors={CPU: 1}),
        "infer": modelarts.PoolSpec(pool_name=INFER, flavors={CPU: 3}),
    },
)

# A mark keeps the migrations of every other stack out, so that pools in which teams place nodes have none.
unmarked = modelarts.Provider(
    "unmarked",
    endpoint=settings.get("endpoint"),
    emulator_file=settings.get("emulatorFile"),
    emulator_clock=settings.get("emulatorClock"),
)
for_teams = pulumi.ResourceOptions(provider=unmarked)
gpu = modelarts.ResourcePool("gpu", pool_name=GPU, scope=["Train"], opts=for_teams)
blue = TeamPool("blue", opts=for_teams)

pulumi.export("shared", shared.node_counts)
pulumi.export("pools", {"gpu": gpu.pool_name, "blue": blue.pool.pool_name})
