"""The example: on the embedded emulator, a node moves to the inference pool, and both pools settle on their counts."""

import pulumi

import pulumi_modelarts as modelarts

CPU = "modelarts.vm.cpu.4ud"
TRAIN = "auto-pool-os-86c13962597848eeb29c5861153a391f"
INFER = "infer-pool-os-86c13962597848eeb29c5861153a391f"

move = modelarts.NodeMigration(
    "one-to-infer",
    nodes=["os-node-created-mnmcf"],
    source_pool=TRAIN,
    target_pool=INFER,
)
train = modelarts.ResourcePool("train", pool_name=TRAIN, flavors={CPU: 3}, after=[move])
infer = modelarts.ResourcePool("infer", pool_name=INFER, flavors={CPU: 3}, after=[move])

pulumi.export("moves", move.moves)
pulumi.export("train", train.node_counts)
pulumi.export("infer", infer.node_counts)
