"""The program of every region: a fleet of the pools that the stack's configuration names."""

import pulumi

import pulumi_modelarts as modelarts

CPU = "modelarts.vm.cpu.4ud"

config = pulumi.Config()

fleet = modelarts.Fleet(
    "fleet",
    pools={
        name: modelarts.PoolSpec(pool_name=pool["id"], flavors={CPU: pool["nodes"]})
        for name, pool in config.require_object("pools").items()
    },
    max_growth=config.get_int("maxGrowth"),
    max_scale_in=config.get_int("maxScaleIn"),
)

pulumi.export("nodes", fleet.node_counts)
