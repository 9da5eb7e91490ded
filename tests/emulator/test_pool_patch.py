from typing import Any

import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import PROJECT, TRAIN_POOL
from tests.emulator.wire import Wire, cpu, error, error_code, world


class TestPatch:
    @pytest.mark.loopback
    def test_unknown_fields_survive(self, wire: Wire) -> None:
        """A patch of one field leaves all others of the pool as they were, unknown ones included."""
        before = wire.pool()

        answer = wire.patch({"metadata": {"annotations": {"os.modelarts/description": "for nightly runs"}}})

        before["metadata"]["annotations"]["os.modelarts/description"] = "for nightly runs"
        assert (answer.status_code, answer.json()) == (200, before)
        assert wire.pool() == before

    def test_lists_are_replaced(self, wire: Wire) -> None:
        """An entry sent without its unknown fields loses them, as a merge patch replaces lists whole."""
        wire.scale(cpu(2))

        assert wire.pool()["spec"]["resources"] == [cpu(2)]

    def test_null_deletes(self, wire: Wire) -> None:
        """Null takes a field away."""
        wire.patch({"spec": {"futureSpec": None, "jobFlavors": ["modelarts.pool.visual.xlarge"]}})

        spec = wire.pool()["spec"]
        assert "futureSpec" not in spec
        assert spec["jobFlavors"] == ["modelarts.pool.visual.xlarge"]

    @pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
    def test_other_content_types(self, wire: Wire, content_type: str) -> None:
        """Anything but a merge patch is refused and changes nothing."""
        before = wire.emulator.world()

        answer = wire.patch({"spec": {"resources": [cpu(3)]}}, content_type=content_type)

        assert error_code(answer) == (415, "ModelArts.50004100")
        assert wire.emulator.world() == before

    def test_content_type_with_parameter(self, wire: Wire) -> None:
        """A charset behind the content type does no harm."""
        answer = wire.patch({}, content_type="application/merge-patch+json; charset=utf-8")

        assert answer.status_code == 200

    def test_body_that_is_not_json(self, wire: Wire) -> None:
        """Half a document is refused."""
        headers = {"content-type": "application/merge-patch+json"}

        answer = wire.client.patch(wire.url(f"/pools/{TRAIN_POOL}"), content=b'{"spec":', headers=headers)

        assert error(answer) == (400, "ModelArts.50004000", "Bad request. the body is not valid JSON")

    def test_missing_pool(self, wire: Wire) -> None:
        """Patching a pool that does not exist is the documented 404."""
        assert error_code(wire.patch({}, pool="no-such-pool")) == (404, "ModelArts.50015001")

    @pytest.mark.parametrize(
        ("patch", "reason"),
        [
            ([], "the body must be an object"),
            ({"apiVersion": "v2"}, "apiVersion must not be sent"),
            ({"kind": "Pool"}, "kind must not be sent"),
            ({"status": {}}, "status cannot be updated"),
            ({"spec": []}, "spec must be an object"),
            ({"metadata": {"annotations": {"a": 1}}}, "metadata.annotations.a must be a string"),
            ({"metadata": {"name": "other"}}, "metadata.name cannot be updated"),
            (
                {"metadata": {"labels": {"os.modelarts/name": "x"}}},
                "metadata.labels[os.modelarts/name] cannot be updated",
            ),
            ({"metadata": {"labels": None}}, "metadata.labels must be an object"),
            ({"spec": {"type": "Logical"}}, "spec.type cannot be updated"),
            ({"spec": {"network": {"name": "other"}}}, "spec.network cannot be updated"),
            ({"spec": {"scope": []}}, "spec.scope must not be empty"),
            ({"spec": {"scope": None}}, "spec.scope must be a list"),
            ({"spec": {"scope": ["Serve"]}}, "spec.scope[0] 'Serve' is not one of 'Train', 'Infer' or 'Notebook'"),
            ({"spec": {"scope": ["Train", "Train"]}}, "spec.scope names a job type twice"),
            ({"spec": {"driver": "new"}}, "spec.driver must be an object"),
        ],
    )
    def test_refusals(self, wire: Wire, patch: Any, reason: str) -> None:
        """What cannot be patched is refused with its name, and nothing changes."""
        before = wire.emulator.world()

        answer = wire.patch(patch)

        assert error(answer) == (400, "ModelArts.50004000", f"Bad request. {reason}")
        assert wire.emulator.world() == before

    @pytest.mark.parametrize("character", list("!<>=&\"'"))
    def test_description(self, wire: Wire, character: str) -> None:
        """The characters that the page forbids in a description are refused."""
        answer = wire.patch({"metadata": {"annotations": {"os.modelarts/description": f"a{character}b"}}})

        assert error(answer)[2] == f"Bad request. the description must not contain {character}"

    def test_all_or_nothing(self, wire: Wire) -> None:
        """A request with one wrong part does none of its other parts."""
        before = wire.emulator.world()

        answer = wire.patch({"spec": {"resources": [cpu(3)], "scope": ["Serve"]}})

        assert answer.status_code == 400
        assert wire.emulator.world() == before

    @pytest.mark.parametrize(
        "patch",
        [
            {"spec": {"resources": [cpu(3)]}},
            {"spec": {"scope": ["Train"]}},
            {"spec": {"resources": [cpu(2), {"flavor": "modelarts.vm.cpu.8ud", "count": 1}]}},
        ],
    )
    @pytest.mark.parametrize("state", [{"phase": "Abnormal"}, {"control_mode": 8}, {"control_mode": 17}])
    def test_pool_that_takes_no_change(self, wire: Wire, patch: Any, state: dict[str, Any]) -> None:
        """A pool that is not Running, or is frozen, takes neither scaling nor another scope, but a description."""
        wire.emulator.seed(world(pool={"resources": [cpu(2)], "scope": ["Train", "Infer"], **state}))
        before = wire.emulator.world()

        refused = wire.patch(patch, f"pool-{PROJECT}")
        taken = wire.patch({"metadata": {"annotations": {"os.modelarts/description": "x"}}}, f"pool-{PROJECT}")

        assert (error_code(refused), taken.status_code) == ((400, "ModelArts.50004000"), 200)
        assert wire.emulator.world() == before

    def test_frozen_pool_takes_what_changes_nothing(self, wire: Wire) -> None:
        """Sending a frozen pool the counts it has is not a change."""
        wire.emulator.seed(world(pool={"resources": [cpu(2)], "control_mode": 8}))

        assert wire.scale(cpu(2), pool=f"pool-{PROJECT}").status_code == 200

    def test_flavor_change_restricted(self, wire: Wire) -> None:
        """A pool whose flavors are restricted takes other counts, but no other flavors."""
        wire.emulator.seed(world(pool={"resources": [cpu(2)], "control_mode": 2}))
        other = {"flavor": "modelarts.vm.cpu.8ud", "count": 1}

        refused, taken = (wire.scale(*entries, pool=f"pool-{PROJECT}") for entries in ([cpu(2), other], [cpu(3)]))

        assert (refused.status_code, taken.status_code) == (400, 200)


class TestScope:
    def test_added_scope_is_enabled_in_the_background(self, wire: Wire) -> None:
        """A scope that is added is Enabling at first and Enabled later."""
        answer = wire.patch({"spec": {"scope": ["Train", "Infer", "Notebook"]}}).json()

        assert answer["spec"]["scope"] == ["Train", "Infer", "Notebook"]
        assert answer["status"]["scope"][2] == {"scopeType": "Notebook", "state": "Enabling"}
        wire.emulator.clock.advance(20)
        assert wire.pool()["status"]["scope"][2] == {"scopeType": "Notebook", "state": "Enabled"}

    def test_dropped_scope_is_disabled_in_the_background(self, wire: Wire) -> None:
        """A scope that is dropped is Disabling at first and then no longer listed."""
        wire.patch({"spec": {"scope": ["Train"]}})

        at_first = wire.emulator.world()["pools"][TRAIN_POOL]["scope"]
        wire.emulator.clock.advance(20)

        assert at_first == {"Train": "Enabled", "Infer": "Disabling"}
        assert wire.emulator.world()["pools"][TRAIN_POOL]["scope"] == {"Train": "Enabled"}

    def test_scope_that_comes_back(self, wire: Wire) -> None:
        """A scope that is asked for again while it is being disabled is enabled anew."""
        wire.patch({"spec": {"scope": ["Train"]}})

        wire.patch({"spec": {"scope": ["Infer", "Train"]}})

        assert wire.emulator.world()["pools"][TRAIN_POOL]["scope"] == {"Infer": "Enabling", "Train": "Enabled"}

    def test_same_scopes_in_another_order(self, wire: Wire) -> None:
        """The order of scopes means nothing."""
        wire.patch({"spec": {"scope": ["Infer", "Train"]}})

        assert wire.pool()["status"] == IsPartialDict(
            scope=[{"scopeType": "Train", "state": "Enabled"}, {"scopeType": "Infer", "state": "Enabled"}]
        )
