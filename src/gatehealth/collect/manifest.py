"""zuul-manifest.json: which files a build left."""

from __future__ import annotations

import json
from collections.abc import Mapping

from gatehealth import formats

MANIFEST = "zuul-manifest.json"
MAX_BYTES = 32 * 2**20  # decompressed; some 200,000 files
MAX_FILES = 200_000
MAX_PATH = 1_000  # characters
_NOT_NAMES = frozenset({"", ".", ".."})


class ManifestError(ValueError):
    """The manifest cannot be read; the message is one line."""


def read(content: bytes) -> dict[str, int]:
    """The files by path, with their sizes in bytes (-1 where it is not said). `content` may be compressed.

    Entries that are none are left out. Raises ManifestError.
    """
    try:
        content, _ = formats.decompress(content, MAX_BYTES)
        given = json.loads(content)
    except formats.FormatError as error:
        raise ManifestError(str(error)) from None
    except (ValueError, RecursionError):
        raise ManifestError("is not JSON") from None
    tree = given.get("tree") if isinstance(given, Mapping) else None
    if not isinstance(tree, list):
        raise ManifestError("has no tree of files")
    files: dict[str, int] = {}
    folders: list[tuple[str, list[object]]] = [("", tree)]
    while folders:
        folder, entries = folders.pop()
        for entry in entries:
            name = entry.get("name") if isinstance(entry, Mapping) else None
            if not isinstance(entry, Mapping) or not isinstance(name, str) or name in _NOT_NAMES or "/" in name:
                continue
            path, children, size = folder + name, entry.get("children"), entry.get("size")
            if len(path) > MAX_PATH:
                continue
            if isinstance(children, list):
                folders.append((f"{path}/", children))
            elif entry.get("mimetype") != "application/directory":
                files[path] = size if isinstance(size, int) and 0 <= size < 2**63 else -1
                if len(files) >= MAX_FILES:
                    return files
    return files
