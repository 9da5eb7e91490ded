"""Laws for every provider: what its state holds, and what importing it does."""

from __future__ import annotations

import base64
import importlib
import inspect
import json
import pickletools
import pkgutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from pulumi.dynamic.dynamic import serialize_provider

from modelarts_emulator import PROJECT, Fault
from pulumi_modelarts import resources
from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.resources._provider import Provider
from tests.resources.scenario import PROVIDER_KEY, Stack, configured, connect
from tests.resources.subjects import SUBJECTS, Subject

if TYPE_CHECKING:
    from pulumi import dynamic

    from modelarts_emulator import Emulator

SECRETS = {"accessKey": "AK-FOR-NOBODY", "secretKey": "SK-FOR-NOBODY", "securityToken": "TOKEN-FOR-NOBODY"}


def pickled(provider: dynamic.ResourceProvider) -> bytes:
    """Return the bytes that the state would hold of a provider."""
    return base64.b64decode(serialize_provider(provider))


class TestTheState:
    def test_has_a_row_for_every_provider(self) -> None:
        """No provider class escapes the laws."""
        modules = [
            importlib.import_module(module.name)
            for module in pkgutil.iter_modules(resources.__path__, f"{resources.__name__}.")
        ]

        found = {
            kind
            for module in modules
            for _, kind in inspect.getmembers(module, inspect.isclass)
            if issubclass(kind, Provider) and kind is not Provider
        }

        assert found == {subject.provider for subject in SUBJECTS}

    def test_names_the_class_by_its_pinned_path_in_few_bytes(self, subject: Subject) -> None:
        """A provider is recorded as the name of its class, alike each time; moving the class orphans old states."""
        names = [arg for _, arg, _ in pickletools.genops(pickled(subject.provider())) if isinstance(arg, str)]

        assert ":".join(names) == subject.path
        assert len(pickled(subject.provider())) < 100
        assert pickled(subject.provider()) == pickled(subject.provider())

    def test_holds_nothing_of_a_configured_provider(self, subject: Subject) -> None:
        """Configuration never reaches the pickle, whoever pickles the provider, and whenever."""
        provider = configured(subject.provider(), **SECRETS)

        assert pickled(provider) == pickled(subject.provider())

    def test_names_type_and_properties_as_pinned(self, subject: Subject) -> None:
        """Type token and property names are part of every state file."""
        command = [sys.executable, "-m", "tests.resources.registrations", str(subject)]

        answer = subprocess.run(command, capture_output=True, text=True, check=True)

        ((token, inputs),) = json.loads(answer.stdout)
        assert token == subject.token
        assert set(inputs) - {PROVIDER_KEY} <= subject.inputs
        assert subject.provider().handler().spec.model_fields.keys() == {snake(name) for name in subject.inputs}

    def test_holds_inputs_under_their_own_names_and_few_facts(self, subject: Subject, done: Stack) -> None:
        """Outputs repeat the inputs, so that they stay known in previews, and add the pinned facts."""
        assert done.state is not None

        inputs = {key: value for key, value in done.state.inputs.items() if key != PROVIDER_KEY}

        assert {key: done.state.outs.get(key) for key in inputs} == inputs
        assert done.state.outs.keys() - inputs.keys() == subject.outputs

    def test_holds_no_secret(self, subject: Subject, emulator: Emulator, request: pytest.FixtureRequest) -> None:
        """Credentials are in no input, output, error or representation of a run that used them."""
        address = {"endpoint": "https://modelarts.invalid", "region": "cn-north-7", "projectId": PROJECT}
        config = connect(emulator, request.node.nodeid, **address, **SECRETS)
        stack = Stack(configured(subject.provider(), **config))
        stack.up(subject.program)
        emulator.clock.advance(60)
        said = " ".join(SECRETS.values())
        emulator.faults.arm(Fault(subject.listing, status=403, code="ModelArts.0108", message=f"not allowed: {said}"))

        with pytest.raises(ModelArtsError) as failed:
            stack.preview(subject.program)

        assert {exchange.headers["authorization"] for exchange in emulator.journal.exchanges()} == {"***"}
        written = f"{vars(stack)} {stack.provider!r} {failed.value} {failed.value!r}"
        assert [secret for secret in SECRETS.values() if secret in written] == []


class TestImporting:
    def test_has_no_side_effects(self, subject: Subject) -> None:
        """A fresh interpreter that imports a provider's module opens nothing, starts nothing, loads no emulator."""
        module = subject.path.partition(":")[0]

        answer = subprocess.run(
            [sys.executable, "-B", "-c", WATCHED_IMPORT, module], capture_output=True, text=True, check=False
        )

        assert (answer.stderr, json.loads(answer.stdout or "null")) == (
            "",
            {"acts": [], "threads": 0, "clients": 0, "emulator": False},
        )


WATCHED_IMPORT = """
import gc, importlib, json, os, sys, threading
import httpx, pulumi, pulumi.dynamic

acts, before = [], threading.active_count()

def watch(event, args):
    writes = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if writes or event.startswith(("socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess", "os.system",
                                   "os.putenv", "os.mkdir", "os.remove", "os.rename", "sqlite3")):
        acts.append(event)

sys.addaudithook(watch)
importlib.import_module(sys.argv[1])
print(json.dumps({
    "acts": acts,
    "threads": threading.active_count() - before,
    "clients": sum(isinstance(each, (httpx.Client, httpx.BaseTransport)) for each in gc.get_objects()),
    "emulator": any(name.split(".")[0] == "modelarts_emulator" for name in sys.modules),
}))
"""


def snake(name: str) -> str:
    """Return a property name as Python writes it."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
