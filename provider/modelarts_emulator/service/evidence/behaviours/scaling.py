"""Scaling and its orders."""

from __future__ import annotations

from modelarts_emulator.service.evidence.behaviours.behaviour import Behaviour

BEHAVIOURS = (
    Behaviour("scaling", "The spec has the new counts at once", "documented", "PatchPool, example"),
    Behaviour("scaling", "`status.resources` counts nodes by what they are doing", "documented", "PatchPool"),
    Behaviour("scaling", "One request cannot grow a flavor and shrink another", "documented", "user guide"),
    Behaviour("scaling", "An entry that is left out loses its nodes", "documented", "user guide"),
    Behaviour("scaling", "A pool keeps at least one flavor", "documented", "user guide"),
    Behaviour("scaling", "A pool keeps at least one node", "assumed"),
    Behaviour("scaling", "All flavors of a pool have one CPU architecture", "documented", "user guide"),
    Behaviour("scaling", "A zone that does not offer the flavor is refused", "assumed"),
    Behaviour("scaling", "At most ten flavors per pool", "documented", "user guide"),
    Behaviour("scaling", "`count` decides, whatever `maxCount` says", "client", "Terraform"),
    Behaviour("scaling", "`maxCount`, where shown, equals `count`", "documented", "ListPools"),
    Behaviour("scaling", "Nodes of a yearly/monthly pool cannot be removed", "documented", "user guide"),
    Behaviour("scaling", "An entry is told by flavor, node pool and creating step", "client", "Terraform"),
    Behaviour("scaling", "The node pool of an entry without one is `{flavor}-default`", "client", "Terraform"),
    Behaviour("scaling", "New nodes fill zones that lack nodes first, the rest goes to the first", "assumed"),
    Behaviour("scaling", "The service deletes the newest nodes, busy and locked ones too", "assumed"),
    Behaviour("scaling", "The same counts sent again while an order is pending order nothing", "assumed"),
    Behaviour("scaling", "Counts that the nodes do not reach and no order pending: the rest is ordered", "assumed"),
    Behaviour("scaling", "A node takes 75 to 90 s to come and 60 s to go", "assumed"),
    Behaviour("scaling", "A flavor is `normal` or `soldout` in each zone", "documented", "ListResourceFlavors"),
    Behaviour("scaling", "A zone that is sold out refuses growth with 400 `ModelArts.50004000`", "assumed"),
    Behaviour(
        "scaling", "A zone that runs out brings the nodes it has; deleted ones are in stock when gone", "assumed"
    ),
    Behaviour(
        "scaling", "A project's quota of nodes refuses the whole growth; nodes being deleted are free", "assumed"
    ),
    Behaviour("scaling", "Growth for which the network has too few free addresses is 400", "assumed"),
    Behaviour(
        "scaling", "A new node that fails vanishes when it would be ready, unless told to stay `Abnormal`", "assumed"
    ),
    Behaviour("orders", "The label `os.modelarts/order.name` names the last order", "client", "SDK, Terraform"),
    Behaviour("orders", "It ends `successed`, `partialSuccessed` or `failed`", "client", "Terraform"),
    Behaviour("orders", "Before that it is `pending`, then `processing`", "documented", "ListOrders"),
    Behaviour("orders", "`involvedName` is a pool's id or its display name", "client", "Terraform and ListOrders"),
    Behaviour("orders", "One order lists what it does to each node", "documented", "ShowOrder"),
    Behaviour("orders", "After partial success the spec keeps the wanted counts, unless a fault says real", "assumed"),
)
