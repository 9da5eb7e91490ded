"""Random accounts: networks and pools with names, entries and texts that nobody would choose."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from modelarts_emulator import PROJECT
from modelarts_emulator.worlds.flavors import FLAVORS
from tests.resources.fleets import CPU8
from tests.resources.pools import CPU, GPU

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

PLANTED = "hunter2-is-the-password"
"""What stands wherever an account has a secret."""

SCRIPT = b64encode(f"{PLANTED}\n".encode()).decode("ascii")
"""A script with it, which ends in a line break that `pulumi config set` takes away."""

HOSTILE = (
    *("train", "train", "Train", "a.b", "a-b", "a b", "7b", "class", "list", "config", "pulumi", "modelarts", "fleet"),
    *(
        '"""',
        "'",
        "\\",
        'x"\n) or print("y',
        "\u202eevil",
        "größe",
        "gro\u0308ße",
        "\u8bad\u7ec3",
        "\U0001f984",
        " ",
        "#",
    ),
    *("fleet-a", "a::b", "network-maos", "x" * 80, "\x00", "{name}", "%s", "$(id)", "--yes", "*"),
)
"""Names as somebody may have given them, by whatever means."""

_LONG = {"labels": {"team": "blue"}, "taints": [{"key": "dedicated", "value": "x", "effect": "NoSchedule"}]}
_DISKS = {
    "rootVolume": {"volumeType": "SSD", "size": "100"},
    "dataVolumes": [{"volumeType": "GPSSD", "size": "500", "count": 2, "extendParams": {"volumeGroup": "vguser1"}}],
}
_DETAILS: tuple[dict[str, Any], ...] = (
    {},
    _LONG,
    _DISKS,
    {"labels": {"api-token": PLANTED, "team": "blue"}},
    {"extendParams": {"postInstall": SCRIPT, "dockerBaseSize": "50"}},
    {"extendParams": {"post_install": SCRIPT}, "os": {"imageId": "4a3b", "imageType": "private"}},
    {"tags": [{"key": "cost", "value": "42"}, {"key": "password", "value": PLANTED}]},
    {"labels": {}, "taints": [], "dataVolumes": [], "os": {"name": "EulerOS"}, "new": [1]},
)
"""What nodes may have been made with."""

_ZONES = [{"az": "cn-north-7a", "count": 1}, {"az": "cn-north-7c", "count": 2}]
_POOLS: tuple[dict[str, Any], ...] = (
    *({}, {}, {}, {}),
    {"annotations": {"os.modelarts/billing.mode": "1"}},
    {"annotations": {"os.modelarts/description": "a < b"}},
    {"annotations": {"os.modelarts/description": f"team blue, {PLANTED}"[11:]}},
    {"annotations": {"os.modelarts/description": 'größe\\ "4"\u202e'}},
    {"tags": {"pulumi-modelarts:0123456789ab": "other/stack"}},
    {"control_mode": 9},
    {"phase": "Creating", "message": PLANTED},
    {"spec": {"userLogin": {"keyPairName": PLANTED}, "jobFlavors": [CPU]}},
)
"""What else a pool may be."""


@st.composite
def accounts(draw: DrawFn) -> dict[str, Any]:
    """A world with up to three networks and up to five pools in them."""
    networks = [f"net-{letter}-{PROJECT}" for letter in "abc"[: draw(st.integers(1, 3))]]
    pools = {f"pool-{letter}-{PROJECT}": draw(_pools(networks)) for letter in "abcde"[: draw(st.integers(1, 5))]}
    found = {name: draw(_networks(number)) for number, name in enumerate(networks)}
    return {"flavors": FLAVORS, "projects": {PROJECT: {"networks": found, "pools": pools}}}


@st.composite
def _networks(draw: DrawFn, number: int) -> dict[str, Any]:
    """A network; one that is Abnormal takes its pools as any other."""
    return {
        "cidr": f"192.168.{32 * number}.0/20",
        "labels": {"os.modelarts/name": draw(st.sampled_from(HOSTILE))},
        "phase": draw(st.sampled_from(["Active", "Active", "Abnormal"])),
    }


@st.composite
def _pools(draw: DrawFn, networks: list[str]) -> dict[str, Any]:
    """A pool with one to three entries."""
    plain, named = draw(st.sampled_from([(1, 0), (1, 0), (1, 1), (0, 1), (2, 1)]))
    entries = [{"flavor": flavor, "count": draw(st.integers(1, 3))} for flavor in (CPU, GPU)[:plain]]
    if entries and draw(st.sampled_from([False, False, True])):
        entries[0] |= {"count": 3, "azs": _ZONES}
    if entries and draw(st.sampled_from([False, False, False, True])):
        entries.append({**entries[0], "creatingStep": {"step": 1, "type": "hyperinstance"}})
    entries += [{"flavor": CPU8, "count": draw(st.integers(1, 2)), "nodePool": "gold"}] * named
    return {
        "network": draw(st.sampled_from(networks)),
        "scope": draw(st.sampled_from([["Train"], ["Infer", "Notebook"]])),
        "zone": "cn-north-7c",
        "labels": {"os.modelarts/name": draw(st.sampled_from(HOSTILE))},
        "resources": [{**entry, **draw(st.sampled_from(_DETAILS))} for entry in entries],
        "nodes": {},
        **({"driver": {"gpuVersion": "440.33"}} if plain > 1 else {}),
        **draw(st.sampled_from(_POOLS)),
    }
