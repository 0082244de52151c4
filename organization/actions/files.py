"""Keeping files in the database, a piece at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from organization.models import FilePiece, StoredFile

PIECE_BYTES = 1024 * 1024


def store_file(*, name: str, content: Iterable[bytes]) -> StoredFile:
    """Keeps the content, whatever the size of its parts, in pieces; memory holds one piece at a time.

    The caller's transaction makes file and pieces appear together.
    """
    file = StoredFile.objects.create(name=name[-255:], sha256="", size_bytes=0)
    digest, size, position, waiting = hashlib.sha256(), 0, 0, bytearray()
    for part in content:
        digest.update(part)
        size += len(part)
        waiting += part
        while len(waiting) >= PIECE_BYTES:
            FilePiece.objects.create(file=file, position=position, content=bytes(waiting[:PIECE_BYTES]))
            del waiting[:PIECE_BYTES]
            position += 1
    if waiting or position == 0:
        FilePiece.objects.create(file=file, position=position, content=bytes(waiting))
    file.sha256, file.size_bytes = digest.hexdigest(), size
    file.save(update_fields=["sha256", "size_bytes"])
    return file
