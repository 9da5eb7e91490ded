import json
from pathlib import Path
from typing import Any

import pytest

from modelarts_emulator import PROJECT, Emulator, UnreadableFileError, read_world
from modelarts_emulator.commands import EXAMPLE
from modelarts_emulator.worlds.documented import WORLD

POOL = f"pool-{PROJECT}"


def written(folder: Path, name: str, text: str) -> Path:
    """A file with this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    """What reading a file says when it is no world."""
    with pytest.raises(UnreadableFileError) as caught:
        read_world(path)
    return str(caught.value)


def test_yaml_says_what_json_says(tmp_path: Path) -> None:
    """The same world in YAML and in JSON is the same world."""
    yaml = f"""
projects:
  {PROJECT}:
    pools:
      {POOL}:
        network: network-a
        created: "2026-01-01T00:00:00Z"
        labels: {{team: "07"}}
        resources:
          - {{flavor: modelarts.vm.cpu.4ud, count: 2}}
        nodes: {{os-node-created-aaaaa: , os-node-created-bbbbb: {{locked: true}}}}
timings: {{creating: 1.5, checking: 2}}
"""
    pool = {
        "network": "network-a",
        "created": "2026-01-01T00:00:00Z",
        "labels": {"team": "07"},
        "resources": [{"flavor": "modelarts.vm.cpu.4ud", "count": 2}],
        "nodes": {"os-node-created-aaaaa": None, "os-node-created-bbbbb": {"locked": True}},
    }
    world = {"projects": {PROJECT: {"pools": {POOL: pool}}}, "timings": {"creating": 1.5, "checking": 2}}

    read = [
        read_world(written(tmp_path, "world.yaml", yaml)),
        read_world(written(tmp_path, "world.yml", yaml)),
        read_world(written(tmp_path, "world.JSON", "\ufeff" + json.dumps(world))),
    ]

    assert read == [world] * 3
    with Emulator(world=world) as emulator:
        assert list(emulator.world()["pools"][POOL]["nodes"]) == ["os-node-created-aaaaa", "os-node-created-bbbbb"]


def test_documented_world_survives_a_file(tmp_path: Path) -> None:
    """The documented world can be written down and read again."""
    assert read_world(written(tmp_path, "world.json", json.dumps(WORLD))) == WORLD


def test_example_is_a_world() -> None:
    """The example that the package brings can exist, and has something of everything."""
    with Emulator(world=read_world(EXAMPLE)) as emulator:
        shown = emulator.world()

    assert len(shown["pools"]) == 3
    assert list(shown["training_jobs"]) == ["job-1"]


def test_anchors_share_what_is_alike(tmp_path: Path) -> None:
    """A YAML world may say something once and refer to it."""
    text = "projects: {a: &a {pools: {}}, b: *a, c: {<<: *a, region: cn-north-7}}"

    read = read_world(written(tmp_path, "world.yaml", text))

    assert read == {"projects": {"a": {"pools": {}}, "b": {"pools": {}}, "c": {"pools": {}, "region": "cn-north-7"}}}


TEN = [f"{name}: &{name} [{', '.join([f'*{of}'] * 10)}]" for of, name in zip("abcdefg", "bcdefgh", strict=True)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("seed: on", ":1:7: 'on' is read as bool by YAML: write true or false, or put it in quotes"),
        ("a:\n  created: 2022-09-16T03:10:40Z", ":2:12: a timestamp is not plain: put it in quotes"),
        ("a: 2022-09-16", ":1:4: a timestamp is not plain"),
        ("a: 0123", ":1:4: '0123' is read as int by YAML: write a number without leading zeros"),
        ("a: 1:30", ":1:4: '1:30' is read as int"),
        ("a: 0x1f", ":1:4: '0x1f' is read as int"),
        ("a: .nan", ":1:4: '.nan' is read as float by YAML: write a plain number"),
        ("a: !!binary aaaa", ":1:4: a binary is not plain"),
        ("a: !!set {b}", ":1:4: a set is not plain"),
        ("a: !!python/object/apply:os.abort []", ":1:4: could not determine a constructor"),
        ("7: a", ":1:1: the key '7' is not text"),
        ("no: a", ":1:1: the key 'no' is not text"),
        ("a: 1\nb: 2\na: 3", ":3:1: the key 'a' stands twice"),
        ("a:\n  - b\n - c", r":3:2: "),
        ("a: [1,", ":1:7: "),
        ("a: 1\n---\nb: 2", ":2:1: "),
        ("a: *none", ":1:4: found undefined alias"),
        ("a: &a [*a]", ": too many values, aliases written out"),
        ("\n".join(["a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]", *TEN]), ": too many values, aliases written out"),
        ("a: " + "[" * 2000, ": lists and maps are nested too deeply"),
        ("a: \x07", ": unacceptable character"),
        ("", ": a world is a map, this is NoneType"),
        ("- a", ": a world is a map, this is list"),
    ],
)
def test_yaml_that_is_not_plain(tmp_path: Path, text: str, reason: str) -> None:
    """What YAML would take for something else is refused with file, line, column, and what to write."""
    path = written(tmp_path, "world.yaml", text)

    assert refusal(path).startswith(f"{path}{reason}")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a": 1,\n "b" 2}', ":2:6: Expecting ':' delimiter"),
        ('{"a": {"b": 1, "b": 2}}', ": the key 'b' stands twice in one object"),
        ('{"a": NaN}', ": NaN is no JSON"),
        ('{"a": ' + "[" * 100_000, ": lists and objects are nested too deeply"),
        ("[]", ": a world is a map, this is list"),
        ("", ":1:1: Expecting value"),
    ],
)
def test_json_that_is_none(tmp_path: Path, text: str, reason: str) -> None:
    """Broken JSON, and JSON that says something twice, is refused with the place where that is known."""
    path = written(tmp_path, "world.json", text)

    assert refusal(path).startswith(f"{path}{reason}")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("world.toml", b"", "a world stands in a file named .yaml, .yml or .json"),
        ("world.yaml", b"a: \xff", "is not UTF-8: invalid start byte at byte 3"),
        ("world.yaml", b"#" * (16 * 1024 * 1024 + 1), "has more than 16 MiB"),
    ],
    ids=["name", "encoding", "size"],
)
def test_files_that_are_not_read(tmp_path: Path, name: str, content: Any, reason: str) -> None:
    """A file of another kind, in another encoding or of absurd size is refused."""
    (tmp_path / name).write_bytes(content)

    with pytest.raises(UnreadableFileError, match=reason):
        read_world(tmp_path / name)
