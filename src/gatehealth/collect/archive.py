"""The files in a ZIP archive from outside, within bounds. Nothing is ever written: names are only told."""

from __future__ import annotations

import io
import zipfile
import zlib

MOST_FILES = 1_000
MOST_RATIO = 1_000  # times the size of the archive; test results compress 5 to 60 times
RATIO_FREE_BYTES = 64 * 2**20  # small archives may have any ratio
_ENCRYPTED = 0x1


class ArchiveError(ValueError):
    """The archive cannot be used; the message is one line."""


class TooLargeError(ArchiveError):
    """The archive holds more than is allowed, or is a bomb."""


def files_of(data: bytes, limit: int) -> list[tuple[str, bytes]]:
    """The files of an archive, as (name, bytes), in its order; together at most `limit` bytes once decompressed.

    What the archive says of sizes is not believed: the bytes that come out are counted. Raises ArchiveError.
    """
    found: list[tuple[str, bytes]] = []
    left = min(limit, max(RATIO_FREE_BYTES, len(data) * MOST_RATIO))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_FILES:
                raise TooLargeError(f"holds {len(entries):,} files, more than {MOST_FILES:,}")
            for entry in entries:
                name = _shown(entry.filename)
                if entry.flag_bits & _ENCRYPTED:
                    raise ArchiveError(f"{name} in it is encrypted")
                with archive.open(entry) as file:
                    content = file.read(left + 1)
                if len(content) > left:
                    raise TooLargeError(f"{name} in it makes more than {limit:,} bytes, or {MOST_RATIO} times the archive")
                left -= len(content)
                found.append((name, content))
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        OSError,
        ValueError,
        RuntimeError,
        KeyError,
    ) as error:
        if isinstance(error, ArchiveError):
            raise
        raise ArchiveError(f"cannot be read as a ZIP archive: {' '.join(str(error).split())[:200]}") from None
    return found


def _shown(name: str) -> str:
    """A name as it is told: its last 200 characters, without what no encoding or database has."""
    return name.replace("\0", "")[-200:].encode("utf-8", "replace").decode()
