import asyncio
import subprocess
import sys
from typing import Any

import httpx
import pytest

from modelarts_emulator import TRAIN_POOL, Emulator, Fault, mock_modelarts
from modelarts_emulator.wire.server import Server
from tests.emulator.asking import NOWHERE, POOLS, REGION, ask, ask_asynchronously, methods, world_of
from tests.emulator.wire import cpu, error


class TestHosts:
    @pytest.mark.parametrize(
        "host",
        [
            "modelarts.cn-north-4.myhuaweicloud.com",
            "modelarts.cn-north-4.myhuaweicloud.cn",
            "modelarts.eu-west-101.myhuaweicloud.eu",
            "MODELARTS.af-south-1.myhuaweicloud.com:443",
            "iam.ap-southeast-1.myhuaweicloud.com",
            "iam.myhuaweicloud.com",
        ],
    )
    def test_the_service_is_answered(self, host: str) -> None:
        """Every region of ModelArts and of IAM is answered by the emulator."""
        with mock_modelarts():
            assert ask(f"https://{host}") == ["auto-pool-os", "gpu-pool-os", "infer-pool-os"]

    @pytest.mark.parametrize(
        "host",
        [
            "modelarts.myhuaweicloud.com",
            "modelarts.cn-north-4.myhuaweicloud.org",
            "modelarts.cn-north-4.myhuaweicloud.com.invalid",
            "my-modelarts.cn-north-4.myhuaweicloud.com",
            "obs.cn-north-4.myhuaweicloud.com",
        ],
    )
    def test_nothing_else_is(self, host: str) -> None:
        """A host that is none of the service's goes to the network: here to a proxy where nobody listens."""
        with mock_modelarts() as emulator, httpx.Client(proxy=NOWHERE) as client:
            with pytest.raises(httpx.ConnectError):
                client.get(f"https://{host}{POOLS}")

            assert emulator.journal.exchanges() == []

    def test_others_are_reached_as_ever(self, modelarts: Emulator, modelarts_server: Server) -> None:
        """A server on this machine answers by itself, to synchronous and asynchronous clients."""
        with mock_modelarts() as emulator:
            assert ask(modelarts_server.url) == asyncio.run(ask_asynchronously(modelarts_server.url))

            assert (len(modelarts.journal.exchanges()), emulator.journal.exchanges()) == (2, [])

    def test_named_hosts_are_answered(self) -> None:
        """Hosts named by the user are answered too, whatever their case, scheme and port."""
        with mock_modelarts(hosts=["ModelArts.Example.com", "other.example.com"]) as emulator:
            assert ask("http://modelarts.example.com:8443") == ask("https://OTHER.example.com") == ask()

            assert len(emulator.journal.exchanges()) == 3

    @pytest.mark.parametrize("host", ["https://modelarts.example.com", "modelarts.example.com:443", "a/b", ""])
    def test_a_host_is_a_name(self, host: str) -> None:
        """An address with more than a name would never be met, and is refused."""
        with pytest.raises(ValueError, match="is not a host: give its name alone"):
            mock_modelarts(hosts=host)


class TestBlocks:
    def test_each_begins_with_a_new_world(self) -> None:
        """What one block did, another one does not see."""
        mock = mock_modelarts(seed=7)
        with mock as emulator:
            emulator.clock.advance(5)
            httpx.patch(
                f"{REGION}{POOLS}/{TRAIN_POOL}",
                json={"spec": {"resources": [cpu(4)]}},
                headers={"content-type": "application/merge-patch+json"},
            ).raise_for_status()

        with mock as emulator, Emulator(seed=7) as fresh:
            assert (emulator.world(), emulator.clock.now()) == (fresh.world(), fresh.clock.now())
            assert emulator.journal.exchanges() == []

    def test_they_take_what_an_emulator_takes(self) -> None:
        """Clock, world and seed are the emulator's."""
        with (
            mock_modelarts(clock="auto", world=world_of("one"), seed=7) as emulator,
            Emulator(world=world_of("one"), seed=7) as same,
        ):
            assert (emulator.clock.mode, emulator.world()) == ("auto", same.world())

    def test_the_inner_one_answers(self) -> None:
        """Leaving the inner block gives the outer one back, with its world as it was."""
        with mock_modelarts(world=world_of("outer")) as outer:
            with mock_modelarts(world=world_of("inner")):
                assert ask() == ["inner"]
            assert ask() == ["outer"]

            assert len(outer.journal.exchanges()) == 1

    def test_a_host_only_the_outer_one_answers(self) -> None:
        """The inner block does not hide hosts that it does not answer itself."""
        with (
            mock_modelarts(world=world_of("outer"), hosts="modelarts.example.com"),
            mock_modelarts(world=world_of("inner")),
        ):
            assert ask("https://modelarts.example.com") == ["outer"]

    def test_an_exception_leaves_it(self) -> None:
        """A block that raises gives httpx back like any other, and its exception goes on."""
        before = methods()

        with pytest.raises(ZeroDivisionError), mock_modelarts(), mock_modelarts():
            raise ZeroDivisionError

        assert methods() == before

    def test_they_can_be_left_in_any_order(self) -> None:
        """Whichever ends first, those that remain answer, and the last one leaves httpx as it was."""
        before = methods()
        first, second, third = (mock_modelarts(world=world_of(name)) for name in ("first", "second", "third"))
        for mock in (first, second, third):
            mock.start()

        answers = []
        for mock in (second, third, first):
            mock.stop()
            answers.append(ask() if mock is not first else [])

        assert answers == [["third"], ["first"], []]
        assert methods() == before

    def test_one_object_is_in_one_block_at_a_time(self) -> None:
        """Entering it again is refused, and does no harm to the block that it is in."""
        mock = mock_modelarts(world=world_of("one"))
        with mock:
            with pytest.raises(RuntimeError, match="is active already: call mock_modelarts"):
                mock.start()
            assert ask() == ["one"]

    def test_stopping_twice_does_no_harm(self) -> None:
        """A second stop does nothing, and the object can be used again."""
        mock = mock_modelarts(world=world_of("one"))
        mock.start()
        mock.stop()
        mock.stop()

        with mock:
            assert ask() == ["one"]

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"clock": "fast"}, "unknown clock setting 'fast'"),
            ({"seed": 1.5}, "seed: 1.5 is neither a text nor a whole number"),
            ({"faults": [{"operation": "showPol", "status": 500}]}, "unknown operation 'showPol'"),
            ({"faults": [{"operation": "showPool", "state": 500}]}, "unknown fields of a fault: state"),
            ({"world": {"pools": {}}}, "world: unknown field 'pools'"),
        ],
    )
    def test_what_cannot_be_is_refused_on_entering(self, arguments: dict[str, Any], message: str) -> None:
        """Nothing is intercepted by a block that could not begin, and the object can be tried again."""
        before, mock = methods(), mock_modelarts(**arguments)

        for _ in range(2):
            with pytest.raises(ValueError, match=message):
                mock.start()

        assert methods() == before


class TestFaults:
    def test_armed_from_the_beginning(self) -> None:
        """Rules as objects and as plain data fail the first requests that they match."""
        rules: list[Fault | dict[str, Any]] = [
            Fault("listPools", status=500),
            {"operation": "listPools", "status": 429, "retry_after": 2},
        ]
        with mock_modelarts(faults=rules):
            answers = [httpx.get(REGION + POOLS) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [500, 429, 200]

    def test_one_that_never_fired_fails_the_block(self) -> None:
        """A block that ends well in spite of an armed fault did not meet what it prepared."""
        before = methods()

        with (
            pytest.raises(AssertionError, match=r"armed faults that never fired: Fault\(operation='showPool'"),
            mock_modelarts() as emulator,
        ):
            emulator.faults.arm(Fault("showPool", status=500))

        assert methods() == before

    def test_does_not_hide_another_failure(self) -> None:
        """A block that failed by itself says why."""
        with pytest.raises(ZeroDivisionError), mock_modelarts(faults=[Fault("showPool", status=500)]):
            raise ZeroDivisionError


def test_httpx_is_loaded_when_it_is_used_and_left_as_it_was() -> None:
    """Neither importing nor decorating loads httpx; the first use does, and leaves nothing in it."""
    program = """
import inspect, sys
from modelarts_emulator import mock_modelarts

@mock_modelarts
def use():
    return wrapped()

def wrapped():
    httpx = sys.modules.get("httpx")
    methods = [httpx.HTTPTransport.handle_request, httpx.AsyncHTTPTransport.handle_async_request] if httpx else []
    return [inspect.unwrap(method) is not method for method in methods]

print(wrapped(), use(), wrapped())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "[] [True, True] [False, False]\n"


def test_errors_are_the_service_s_own() -> None:
    """What the emulator refuses arrives as the service would refuse it."""
    with mock_modelarts():
        answer = httpx.get(f"{REGION}{POOLS}/none")

    assert error(answer) == (404, "ModelArts.50015001", 'pool "none" not found')
