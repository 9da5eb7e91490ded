"""The example: adopt a pool on the embedded emulator and let it grow to three nodes."""

import pulumi

import pulumi_modelarts as modelarts

pool = modelarts.ResourcePool(
    "train",
    pool_name="auto-pool-os-86c13962597848eeb29c5861153a391f",
    flavors={"modelarts.vm.cpu.4ud": 3},
)

pulumi.export("pool", pool.pool_name)
pulumi.export("nodes", pool.node_counts)
