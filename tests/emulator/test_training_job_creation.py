from typing import Any

import pytest
from dirty_equals import IsStr

from modelarts_emulator import GPU_POOL, INFER_POOL, PROJECT, TRAIN_POOL, TRAINING_JOB
from modelarts_emulator.service.models.merge_patch import merge_patch
from modelarts_emulator.state.clock import EPOCH
from modelarts_emulator.worlds.documented_training_job import ALGORITHM
from tests.emulator.training import SCRIPT, body, create, created, delete, show
from tests.emulator.wire import Wire, cpu, error, error_code, world

MISSING = f"no-such-pool-{PROJECT}"


def changed(**patch: object) -> dict[str, Any]:
    """The request of a job with some of it changed; None leaves something out."""
    document: dict[str, Any] = merge_patch(body(), patch)
    return document


def refused(wire: Wire, document: object) -> tuple[int, str, str]:
    """The refusal of a request, which changed nothing."""
    before = wire.emulator.world()
    answer = create(wire, document)
    assert wire.emulator.world() == before
    return error(answer)


class TestAnswer:
    @pytest.mark.loopback
    def test_what_was_sent(self, wire: Wire) -> None:
        """Everything that was sent is shown back, with what the service adds."""
        sent: dict[str, Any] = {
            "kind": "job",
            "metadata": {
                "name": "Res_Net-50",
                "description": "nightly",
                "annotations": {"fault-tolerance/job-retry-num": "3"},
                "training_experiment_reference": {"id": "exp-1"},
            },
            "algorithm": {
                "engine": {"image_url": "swr/team/train:1.2"},
                "command": "sh run.sh",
                "parameters": [{"name": "epochs", "value": "3"}],
                "inputs": [{"name": "data", "access_method": "env", "remote": {"obs": {"obs_url": "/data/"}}}],
                "outputs": [{"name": "out", "remote": {"obs": {"obs_url": "/out/"}}}],
                "environments": {"NCCL_DEBUG": "INFO"},
            },
            "spec": {
                "resource": {"pool_id": TRAIN_POOL, "node_count": 2},
                "volumes": [{"nfs": {"nfs_server_path": "192.168.0.82:/", "local_path": "/mnt", "read_only": False}}],
                "log_export_path": {"obs_url": "/logs/"},
                "schedule_policy": {"priority": 2, "preemptible": True},
                "auto_stop": {"time_unit": "HOURS", "duration": 1},
                "notification": {"topic_urn": "urn:smn:topic", "events": ["JobFailed"]},
                "custom_metrics": [{"http_get": {"path": "/raw_text", "port": 10001}}],
            },
            "endpoints": {"ssh": {"key_pair_names": ["mine"]}},
        }

        answer = create(wire, sent)

        assert answer.status_code == 201
        shown = answer.json()
        assert shown.pop("status")["phase"] == "Creating"
        assert shown == {
            **sent,
            "metadata": {
                **sent["metadata"],
                "id": IsStr(regex="[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
                "workspace_id": "0",
                "create_time": int(EPOCH * 1000),
                "user_name": "",
            },
            "spec": {
                **sent["spec"],
                "resource": {**sent["spec"]["resource"], "policy": "regular", "pool_name": "auto-pool-os"},
            },
        }

    def test_what_nobody_knows(self, wire: Wire) -> None:
        """Fields that the service does not have, and such as it sets itself, are not shown back."""
        resource = {"policy": "economic", "flavor_detail": {"flavor_type": "GPU"}, "colour": "red"}

        answer = create(wire, changed(colour="red", metadata={"colour": "red"}, spec={"resource": resource}))

        shown = answer.json()
        assert "colour" not in {*shown, *shown["metadata"], *shown["spec"]["resource"]}
        assert "flavor_detail" not in shown["spec"]["resource"]
        assert shown["spec"]["resource"]["policy"] == "regular"

    def test_null_that_the_page_sends(self, wire: Wire) -> None:
        """The null of the page's own example is taken, and not shown back."""
        document = body()
        document["algorithm"] = {**SCRIPT, "policies": {"auto_search": None}, "environments": {}}

        shown = create(wire, document).json()["algorithm"]

        assert shown == {**SCRIPT, "policies": {}, "environments": {}}

    def test_one_node_by_default(self, wire: Wire) -> None:
        """A job that does not say how many nodes it needs gets one."""
        answer = create(wire, changed(spec={"resource": {"node_count": None}}))

        assert answer.json()["spec"]["resource"]["node_count"] == 1

    def test_same_world_same_ids(self, wire: Wire) -> None:
        """The ids of jobs follow from the world and their order."""
        first = created(wire)

        wire.emulator.reset()

        assert created(wire) == first


class TestAlgorithm:
    def test_by_id(self, wire: Wire) -> None:
        """A job of a known algorithm shows what that is, with the values that were sent for its parameters."""
        sent = {
            "id": ALGORITHM,
            "parameters": [{"name": "input_dir", "value": "obs://x/"}, {"name": "more", "value": "1"}],
        }
        resource = {"flavor_id": "modelarts.p3.large.public.free", "node_count": 1}

        answer = create(wire, {"metadata": {"name": "j"}, "algorithm": sent, "spec": {"resource": resource}})

        shown = answer.json()["algorithm"]
        assert (shown["id"], shown["name"], shown["engine"]["engine_name"]) == (ALGORITHM, "ttt-obs-gpu", "Horovod")
        assert {item["name"]: item["value"] for item in shown["parameters"]} == {
            "input_dir": "obs://x/",
            "input_file": "obs://test/moxingtest/",
            "large_file_method": "1",
            "more": "1",
        }
        assert shown["parameters"][0]["constraint"]["type"] == "String"

    @pytest.mark.parametrize(
        "algorithm",
        [{"id": "no-such"}, {"subscription_id": "sub", "item_version_id": "1"}, {"item_version_id": "1"}],
    )
    def test_not_found(self, wire: Wire, algorithm: dict[str, Any]) -> None:
        """An algorithm that the world does not have is refused as the page's example has it."""
        document = {**body(), "algorithm": algorithm}

        answer = create(wire, document)

        assert (answer.status_code, answer.json()) == (
            400,
            {
                "error_code": "ModelArts.2755",
                "error_msg": "algorithm not found.",
                "error_solution": "Check whether the training project information in the request is valid.",
            },
        )

    @pytest.mark.parametrize(
        ("algorithm", "code"),
        [
            ({**SCRIPT, "code_dir": ""}, "ModelArts.2757"),
            ({**SCRIPT, "boot_file": ""}, "ModelArts.2758"),
            ({**SCRIPT, "boot_file": "obs://test/code.py"}, "ModelArts.2758"),
            ({**SCRIPT, "engine": {}}, "ModelArts.2788"),
            ({"command": "sh run.sh"}, "ModelArts.2806"),
            ({"engine": {"image_url": "swr/train:1"}}, "ModelArts.2806"),
            ({}, "ModelArts.2788"),
            ({**SCRIPT, "environments": {"1A": ""}}, "ModelArts.2788"),
            ({**SCRIPT, "environments": {f"A{index}": "" for index in range(101)}}, "ModelArts.2788"),
        ],
    )
    def test_refused(self, wire: Wire, algorithm: dict[str, Any], code: str) -> None:
        """An algorithm that cannot be run is refused with the code of the error table."""
        assert refused(wire, {**body(), "algorithm": algorithm})[:2] == (400, code)

    def test_visualization_needs_none(self, wire: Wire) -> None:
        """A visualization job runs no algorithm of its own."""
        answer = create(wire, changed(kind="visualization_job", algorithm=None))

        assert answer.status_code == 201


class TestShape:
    @pytest.mark.parametrize(
        ("document", "reason"),
        [
            (changed(metadata=None), "metadata is required"),
            (changed(metadata={"name": None}), "metadata.name is required"),
            (changed(metadata={"description": 1}), "metadata.description must be a string"),
            ({**body(), "metadata": {"name": "a", "workspace_id": 0}}, "metadata.workspace_id must be a string"),
            (changed(spec=None), "spec is required"),
            (changed(spec={"resource": None}), "spec.resource needs pool_id or flavor_id"),
            (changed(spec={"resource": {"node_count": 0}}), "spec.resource.node_count must be at least 1"),
            (changed(spec={"schedule_policy": {"priority": 4}}), "spec.schedule_policy.priority must be at most 3"),
            (changed(tasks=[{}]), "tasks takes at most 0 items"),
        ],
    )
    def test_refused(self, wire: Wire, document: object, reason: str) -> None:
        """A request of another shape is refused with the path of what is wrong."""
        assert refused(wire, document) == (400, "ModelArts.2788", f"Invalid parameter({reason}).")

    @pytest.mark.parametrize("name", ["", "no spaces", "x" * 65, "naïve"])
    def test_names(self, wire: Wire, name: str) -> None:
        """A name has 1 to 64 letters, digits, underscores and hyphens."""
        assert refused(wire, changed(metadata={"name": name}))[:2] == (400, "ModelArts.2788")

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b"1"])
    def test_no_object(self, wire: Wire, content: bytes) -> None:
        """A body that is no JSON object is refused."""
        headers = {"content-type": "application/json"}

        answer = wire.client.post(wire.url("/training-jobs"), content=content, headers=headers)

        assert error(answer) == (400, "ModelArts.2787", "Invalid JSON request body.")

    def test_name_is_taken(self, wire: Wire) -> None:
        """A name is given once, until its job is deleted."""
        first = created(wire)

        assert refused(wire, body()) == (400, "ModelArts.2751", "Duplicate training job (name resnet).")
        delete(wire, first)
        assert create(wire, body()).status_code == 201

    def test_workspace(self, wire: Wire) -> None:
        """A job is made in a workspace that is there."""
        answer = create(wire, changed(metadata={"workspace_id": "f" * 32}))

        assert error_code(answer) == (400, "ModelArts.0102")


class TestPool:
    @pytest.mark.parametrize(
        ("pool", "refusal"),
        [
            (INFER_POOL, (400, "ModelArts.2886", f"Pool ({INFER_POOL}) is not a training pool")),
            (MISSING, (404, "ModelArts.2890", f"Pool ({MISSING}) does not exist")),
        ],
    )
    def test_refused(self, wire: Wire, pool: str, refusal: tuple[int, str, str]) -> None:
        """A pool that is not there, or takes no training jobs, is refused."""
        assert refused(wire, body(pool=pool)) == refusal

    @pytest.mark.parametrize("facts", [{"phase": "Abnormal"}, {"control_mode": 8}])
    def test_not_running(self, wire: Wire, facts: dict[str, Any]) -> None:
        """A pool that is not Running, or is frozen, takes no jobs."""
        name = f"pool-{PROJECT}"
        wire.emulator.seed(world(pool={"resources": [cpu(1)], **facts}))

        assert refused(wire, body(pool=name)) == (400, "ModelArts.2887", f"Pool ({name}) is not running")

    def test_being_deleted(self, wire: Wire) -> None:
        """A pool that is being deleted takes no jobs."""
        wire.client.delete(wire.url(f"/pools/{TRAIN_POOL}")).raise_for_status()

        assert refused(wire, body())[:2] == (400, "ModelArts.2887")

    @pytest.mark.loopback
    def test_federation(self, wire: Wire) -> None:
        """There are no federations of pools."""
        document = changed(kind="federated_pool_job", spec={"resource": {"pool_group_id": "group"}})

        assert refused(wire, document) == (400, "ModelArts.2801", "federation ID (group) not found.")

    @pytest.mark.parametrize(
        ("pool", "flavor"),
        [
            (TRAIN_POOL, "modelarts.pool.visual.xlarge"),
            (GPU_POOL, "modelarts.pool.visual.2xlarge"),
            (GPU_POOL, "no-such-flavor"),
        ],
    )
    def test_flavor_that_the_pool_has_not(self, wire: Wire, pool: str, flavor: str) -> None:
        """A job takes no more cards of a node than it has; a pool without accelerators takes no flavor."""
        document = changed(spec={"resource": {"pool_id": pool, "flavor_id": flavor}})

        assert refused(wire, document) == (400, "ModelArts.2763", "The selected flavor is invalid.")

    def test_what_the_container_gets(self, wire: Wire) -> None:
        """A job that runs shows what its containers have got."""
        resource = {"pool_id": GPU_POOL, "flavor_id": "modelarts.pool.visual.xlarge"}
        job_id = create(wire, changed(spec={"resource": resource})).json()["metadata"]["id"]

        wire.emulator.clock.advance(10)

        assert show(wire, job_id)["spec"]["resource"]["main_container_allocated_resources"] == {
            "cpu_arch": "x86",
            "cpu_core_num": 8.0,
            "mem_size": 32.0,
            "accelerator_num": 1.0,
            "accelerator_type": "nvidia-t4",
        }


def test_other_methods_are_unknown(wire: Wire) -> None:
    """What the service does not do with a job is refused as the gateway does."""
    answer = wire.client.patch(wire.url(f"/training-jobs/{TRAINING_JOB}"), json={})

    assert error_code(answer) == (404, "APIGW.0101")
