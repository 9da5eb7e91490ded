"""A second example: a team makes a network and two pools, and borrows a node of the training pool.

`make up STACK=team` runs it from nothing, on an emulator of its own. The pool that takes the node is made in the node's
network, which no node leaves.
"""

import pulumi

import pulumi_modelarts as modelarts

CPU = "modelarts.vm.cpu.4ud"
TRAIN = "auto-pool-os-86c13962597848eeb29c5861153a391f"
TRAIN_NETWORK = "network-maos-86c13962597848eeb29c5861153a391f"
BORROWED = "os-node-created-mnmcf"

protected = pulumi.ResourceOptions(protect=True)

network = modelarts.Network("net", name="team-net", cidr="192.168.0.0/20")
green = modelarts.ResourcePool(
    "green",
    name="team-green",
    network=network.network_name,
    flavors={CPU: 1},
    scope=["Train", "Notebook"],
    opts=protected,
)
blue = modelarts.ResourcePool(
    "blue",
    name="team-blue",
    network=TRAIN_NETWORK,
    flavors={CPU: 3},
    arrivals=[BORROWED],
    scope=["Train"],
    opts=protected,
)
move = modelarts.NodeMigration("borrow", nodes=[BORROWED], source_pool=TRAIN, target_pool=blue.pool_name)
train = modelarts.ResourcePool("train", pool_name=TRAIN, flavors={CPU: 1}, after=[move])

pulumi.export("green", green.node_counts)
pulumi.export("blue", blue.node_counts)
pulumi.export("train", train.node_counts)
