"""What an entry of `spec.resources` says of its nodes beside how many they are (documented: CreatePool)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.service.exceptions import bad_request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelarts_emulator.service.models.entry import Entry

VOLUME_TYPES = ("SSD", "GPSSD", "SAS")
TAINT_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
RESERVED_TAGS = ("CCE-", "__type_baremetal")
"""What the key of a tag does not begin with."""


def check(where: str, entry: Entry) -> None:
    """Refuse what the page does not have: a volume of another type, a taint of another effect, a tag of the service's.

    Raises:
        ApiError: 400; that it is refused, code and wording are assumed.
    """
    for place, item, field, known in _words(where, entry):
        if item.get(field) not in known:
            raise bad_request(f"{place}.{field} {item.get(field)!r} is not one of {', '.join(known)}")
    for index, tag in _items(entry, "tags"):
        key = str(tag.get("key") or "")
        if not key or key.startswith(RESERVED_TAGS):
            reserved = " or ".join(RESERVED_TAGS)
            raise bad_request(f"{where}.tags[{index}].key {key!r} must be a text that does not begin with {reserved}")


def _words(where: str, entry: Entry) -> Iterator[tuple[str, dict[str, Any], str, tuple[str, ...]]]:
    """Fields that have one of a few words: place, object, field, and the words."""
    if isinstance(entry.get("rootVolume"), dict):
        yield f"{where}.rootVolume", entry["rootVolume"], "volumeType", VOLUME_TYPES
    for index, volume in _items(entry, "dataVolumes"):
        yield f"{where}.dataVolumes[{index}]", volume, "volumeType", VOLUME_TYPES
    for index, taint in _items(entry, "taints"):
        yield f"{where}.taints[{index}]", taint, "effect", TAINT_EFFECTS


def _items(entry: Entry, field: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a list, numbered."""
    items = entry.get(field)
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            yield index, item
