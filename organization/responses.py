"""What a view hands back: a stored file, streamed in pieces."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from organization.models import StoredFile
from organization.queries import file_pieces


def file_response(
    file: StoredFile, *, name: str = "", media_type: str = "application/octet-stream"
) -> StreamingHttpResponse:
    """The file as an attachment, never shown inside a page of ours. Shape: one piece in memory at a time."""
    response = StreamingHttpResponse(file_pieces(file), content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name or file.name)
    response.headers["Content-Length"] = str(file.size_bytes)
    return response
