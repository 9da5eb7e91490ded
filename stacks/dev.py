"""An example for a real account: keep one existing pool at the sizes that the stack's configuration names.

Credentials and region come from `modelarts:*`, `huaweicloud:*` or `HW_*`; pool and sizes from the stack:

    pulumi stack init dev
    pulumi config set region cn-north-4
    pulumi config set dev:pool <pool id>
    pulumi config set dev:flavors '{"<flavor id>": 2}'

It has been run on the emulator only.
"""

import pulumi

import pulumi_modelarts as modelarts

config = pulumi.Config("dev")

pool = modelarts.ResourcePool(
    "pool",
    pool_name=config.require("pool"),
    flavors=config.require_object("flavors"),
    max_growth=config.get_int("maxGrowth") or 0,
)

pulumi.export("nodes", pool.node_counts)
