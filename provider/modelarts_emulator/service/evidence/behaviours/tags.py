"""Tags of pools."""

from __future__ import annotations

from modelarts_emulator.service.evidence.behaviours.behaviour import Behaviour

BEHAVIOURS = (
    Behaviour(
        "tags", "A tag whose key is there takes the place of that; others stay", "documented", "BatchCreatePoolTags"
    ),
    Behaviour("tags", "Nothing else of the pool changes", "documented", "BatchCreatePoolTags"),
    Behaviour("tags", "They are deleted with the method DELETE", "documented", "BatchDeletePoolTags"),
    Behaviour("tags", "A tag that names a value is deleted only with that value", "assumed"),
    Behaviour("tags", "One that the pool lacks refuses the whole deletion", "documented", "BatchDeletePoolTags"),
    Behaviour("tags", "with 400 `ModelArts.50004000`", "assumed"),
    Behaviour("tags", "Adding and deleting are answered with 204", "documented", "BatchCreatePoolTags"),
    Behaviour("tags", "and no body, though the pages show one", "assumed"),
    Behaviour("tags", "Shown are a key and its `values`", "documented", "ShowPoolTags"),
    Behaviour("tags", "with 200, though the page says 204, which has no body", "assumed"),
    Behaviour("tags", "A pool without tags shows none, though the page speaks of an error", "assumed"),
    Behaviour("tags", "Of all pools, every key is listed once with all its values", "documented", "ListPoolTags"),
    Behaviour("tags", "in pages of 200, counted from 0 by `offset`", "documented", "ListPoolTags"),
    Behaviour(
        "tags", "Pools show their tags in the annotation `os.modelarts/tms.tags`, a text", "client", "official SDK"
    ),
    Behaviour("tags", "that is a JSON list of objects with key and value", "observed", "third-party notes, of nodes"),
    Behaviour("tags", "which a patch cannot change", "assumed"),
    Behaviour("tags", "A pool has 20 at most", "observed", "third-party notes"),
    Behaviour("tags", "A key has 1 to 128 characters, a value 255 at most", "documented", "CreatePoolTag, 2024"),
    Behaviour(
        "tags", "of letters, digits, spaces and `_.:=+-@`, a value also of `/`", "client", "official SDK, of other tags"
    ),
    Behaviour("tags", "A wrong tag, or one too many, is 400 `ModelArts.50004000`, and none is added", "assumed"),
)
