"""What the host loads for a run in which nothing changes: what looks, and nothing that acts, refuses or explains.

Whoever adds a module here makes every preview and refresh of every user wait for it.
"""

from __future__ import annotations

from dataclasses import replace

from modelarts_emulator import PROJECT, Emulator
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.engine.environments import OWN
from tests.engine.host import Host
from tests.engine.pools import CALL, train

WATCHED = ("pulumi_modelarts", "modelarts_emulator", "rich", "click", "pygments", "sqlite3")
"""Of all that is loaded, what is told: this package, and what it has no use for here."""

API = """
    accepted auth bodies caller cancellation choices client clock connections credentials embedded error_bodies errors
    exchange hosts http listing masking mishaps nouns operation operations outcomes pool_board pool_tag proxies
    resource_pool resource_pools retry sending service settings signing sources spelling trace_file trust wire wording
"""
SPECS = "_declaration _spec made_pool node_pool paths resource_pool spelling stack values wording"
PLANS = """
    arrivals candidates changes counts earlier_records facts fields health limits live_pool marks node_details ownership
    patch pool_names pool_share pool_switch projection projects removals resource_pool secrets supply units work
"""
RECONCILERS = """
    answers claims fleet_board guard ledger lookup owners pool_reader rights session shared turns unborn
"""
HANDLERS = """
    _ceilings _configuration _foresight _guarding _handler _host _ignored _in_fleet _limits _options _ownership
    _pool_foresight _pool_ids _rpc _secrets _sessions _stack _trace resource_pool
"""
RESOURCES = """
    _arguments _calls _errors _options _order _provider _secrets _stack node_migration node_pool provider resource_pool
"""
LAYERS = {
    "api": API,
    "specs": SPECS,
    "plans": PLANS,
    "reconcilers": RECONCILERS,
    "handlers": HANDLERS,
    "resources": RESOURCES,
}


def loaded(host: Host) -> set[str]:
    """Return what a host that tells its imports has loaded of what is watched."""
    lines = (line.rpartition("|")[2].strip() for line in host.printed.splitlines() if line.startswith("import time:"))
    return {name for name in lines if name.partition(".")[0] in WATCHED}


def test_an_unchanged_pool_needs_what_looks_and_nothing_that_acts(emulator: Emulator) -> None:
    """Preview and refresh of a pool as it is declared load the same modules, those that are named here."""
    with emulator.serve() as server:
        config = {
            "modelarts:endpoint": server.url,
            "modelarts:region": "cn-north-7",
            "modelarts:projectId": PROJECT,
            "modelarts:token": "any",
        }
        with Host(ResourcePoolProvider(), OWN.interpreter(), config) as host:
            inputs, _ = host.check(train(2), call=CALL)
            id_, outputs = host.create(inputs, CALL)
        telling = ("-X", "importtime", "-m", "pulumi.dynamic")
        with Host(ResourcePoolProvider(), OWN.interpreter(), config, program=telling) as host:
            checked, failures = host.check(train(2), inputs, CALL)
            host.diff(id_, outputs, checked, replace(CALL, old_inputs=inputs))
            previewed = loaded(host)
            read = host.read(id_, outputs, inputs, CALL)
            refreshed = loaded(host)

    expected = {f"pulumi_modelarts.{layer}.{name}" for layer, names in LAYERS.items() for name in names.split()}
    expected |= {f"pulumi_modelarts.{layer}" for layer in LAYERS}
    assert (failures, checked, read) == ([], inputs, (id_, outputs, inputs))
    assert previewed == expected | {"pulumi_modelarts", "pulumi_modelarts._version"}
    assert refreshed == previewed
