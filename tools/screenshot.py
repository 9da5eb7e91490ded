"""Renew the picture of the emulator's page in the documentation: `python -m tools.screenshot`.

The world in it is the same each time: the clock stands still, and everything that can be seen was asked for over HTTP.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from modelarts_emulator import PROJECT, Emulator, Fault, Outcome, Request
from tools import chromium
from tools.paths import ROOT

PICTURE = ROOT / "docs" / "emulator-page.png"
SIZE = (1280, 1160)
"""Width and height of the picture in pixels."""

CPU, GPU, NPU = "modelarts.vm.cpu.4ud", "modelarts.vm.gpu.t4u8", "modelarts.bm.npu.arm.8snt9b"
TRAIN, INFER, VISION, BATCH, ASCEND = (
    f"{name}-{PROJECT}" for name in ("auto-pool-os", "infer-pool-os", "vision-pool", "batch-pool", "ascend-pool")
)
_NETWORK = {"network": f"network-maos-{PROJECT}"}
_CPU_NODES = [f"os-node-created-{name}" for name in ("mnmcf", "k9x2v", "b7f3q", "w4l2n", "c8d1r", "e5n0y", "z3g8u")]
_GPU_NODES = [f"os-node-created-{name}" for name in ("72w8d", "p5ed5", "t2m9h", "x0r6k", "h4j8s", "q1z7c")]

WORLD = {
    "projects": {
        PROJECT: {
            "pools": {
                TRAIN: {
                    **_NETWORK,
                    "scope": ["Train", "Infer"],
                    "resources": [{"flavor": CPU, "count": 40}],
                    "nodes": {**{name: {} for name in _CPU_NODES}, _CPU_NODES[6]: {"locked": True}},
                },
                INFER: {**_NETWORK, "scope": ["Infer"], "resources": [{"flavor": CPU, "count": 6}]},
                VISION: {
                    **_NETWORK,
                    "driver": {"gpuVersion": "440.33"},
                    "resources": [{"flavor": GPU, "count": 6}],
                    "nodes": {**{name: {} for name in _GPU_NODES}, _GPU_NODES[5]: {"phase": "Abnormal"}},
                },
                ASCEND: {
                    **_NETWORK,
                    "driver": {"npuVersion": "C78"},
                    "resources": [{"flavor": NPU, "count": 8}],
                },
                BATCH: {**_NETWORK, "resources": [{"flavor": CPU, "count": 2000}]},
            },
            "training_jobs": {
                "3faf5c03-aaa1-4cbe-879d-24b05d997347": {
                    "pool": VISION,
                    "nodes": _GPU_NODES[:3],
                    "ends_in": 2700,
                    "document": {"metadata": {"name": "resnet50-imagenet"}},
                },
            },
        }
    }
}


def main() -> int:
    """Write the picture; without a Chromium, say so."""
    browser = chromium.find()
    if browser is None:
        sys.stderr.write("There is no Chromium on PATH to take the picture with.\n")
        return 1
    with lively_world() as url, sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser, args=chromium.arguments())
        width, height = SIZE
        page = started.new_page(viewport={"width": width, "height": height}, color_scheme="light")
        take(page, url, PICTURE)
        started.close()
    sys.stdout.write(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size // 1024} kB\n")
    return 0


def take(page: Page, url: str, picture: Path) -> None:
    """Take a picture of the page once it shows the world."""
    page.goto(f"{url}/_emulator/")
    page.get_by_role("article").first.wait_for()
    page.screenshot(path=picture, animations="disabled")


@contextmanager
def lively_world() -> Iterator[str]:
    """Serve a world in which much is under way; its address."""
    with Emulator(world=WORLD) as emulator, emulator.serve() as server:
        _ask(emulator, "GET", "pools")
        _ask(emulator, "POST", f"pools/{TRAIN}/nodes/batch-drain", {"nodeNames": [_CPU_NODES[5]]})
        _scale(emulator, INFER, CPU, 7)
        emulator.clock.advance(300)
        _migrate(emulator, _CPU_NODES[:5])
        emulator.clock.advance(10)
        emulator.faults.arm(Fault("patchPool", status=429, code="APIGW.0308", retry_after=2))
        _scale(emulator, TRAIN, CPU, 46)
        _scale(emulator, TRAIN, CPU, 46)
        emulator.clock.advance(20)
        _ask(emulator, "PATCH", f"pools/{VISION}", {"spec": {"driver": _driver("515.65.01", "force")}})
        _scale(emulator, BATCH, CPU, 1996)
        emulator.clock.advance(22)
        _ask(emulator, "PATCH", f"pools/{ASCEND}", {"spec": {"scope": ["Train", "Infer"]}})
        emulator.clock.advance(12)
        emulator.faults.arm(Fault("batchMigratePoolNodes", {"pool": INFER}, outcome=Outcome(nodes=1)))
        emulator.faults.arm(Fault("showPool", latency=30, times=3, after=2))
        _ask(emulator, "GET", f"pools/{TRAIN}")
        _ask(emulator, "GET", f"pools/{VISION}/nodes")
        _ask(emulator, "GET", "pools/none")
        yield server.url


def _driver(version: str, strategy: str) -> dict[str, str]:
    return {"gpuVersion": version, "updateStrategy": strategy}


def _scale(emulator: Emulator, pool: str, flavor: str, count: int) -> None:
    _ask(emulator, "PATCH", f"pools/{pool}", {"spec": {"resources": [{"flavor": flavor, "count": count}]}})


def _migrate(emulator: Emulator, names: list[str]) -> None:
    body = {
        "migrateNodeNames": names,
        "fromClusterName": TRAIN,
        "toClusterName": INFER,
        "toPoolName": INFER,
        "resourceSpec": {"flavor": CPU},
    }
    _ask(emulator, "POST", f"pools/{TRAIN}/nodes/batch-migrate", body)


def _ask(emulator: Emulator, method: str, path: str, document: object = None) -> None:
    emulator.handle(Request.of_json(method, f"/v2/{PROJECT}/{path}", document))


if __name__ == "__main__":
    sys.exit(main())
