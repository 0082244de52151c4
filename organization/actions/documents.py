"""Documents that belong to something: added with their type found from their content, put aside with a reason."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from PIL import Image, ImageOps, UnidentifiedImageError

from common.errors import BadInput, Conflict
from organization.actions.files import store_file
from organization.actions.trail import record
from organization.models import Branch, Document
from organization.rules import Actor

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
OFFICE = {"word/document.xml": WORD, "xl/workbook.xml": SHEET}
# The longer side of a thumbnail, in pixels, and how many pixels a picture may have: a camera's, and not a bomb.
THUMBNAIL = 320
MOST_PIXELS = 60_000_000
# What begins the pictures of an iPhone, which browsers and this library do not read.
HEIC = (b"ftypheic", b"ftypheix", b"ftyphevc", b"ftypheim", b"ftypheis", b"ftypmif1", b"ftypmsf1")
ACCEPTED = gettext_noop("PDF, Word and Excel (.docx, .xlsx) and pictures (JPEG, PNG, WebP)")


def add_document(
    *,
    actor: Actor,
    subject: str,
    subject_key: str,
    branch: Branch,
    name: str,
    content: Iterable[bytes],
    kind: str = "",
    title: str = "",
) -> Document:
    """Keeps a file with the thing that it belongs to; the caller has looked whether the actor may change that thing.

    Shape: content in parts of any size. The type is what the content says, whatever the name claims; of a picture a
    thumbnail is kept too, the right way up and without what a camera writes beside the picture (place, time).
    Raises: BadInput for an empty, too large or unwelcome file.
    """
    parts = _within_limit(content, name)
    whole = b"".join(parts)
    media_type = _sniff(whole, name)
    small = _thumbnail(whole, name) if media_type in PICTURES.values() else None
    with transaction.atomic():
        document = Document.objects.create(
            subject=subject,
            subject_key=subject_key,
            branch=branch,
            kind=kind,
            title=title.strip()[:150],
            file=store_file(name=name, content=parts),
            thumbnail=store_file(name="thumbnail.jpg", content=[small]) if small else None,
            media_type=media_type,
            added_by_id=actor.employee_id,
            added_at=timezone.now(),
        )
        record(
            actor=actor,
            action="add_document",
            subject=subject,
            subject_key=subject_key,
            branch_id=branch.pk,
            changes={"document": [None, document.file.name], "sha256": [None, document.file.sha256]},
        )
    return document


@transaction.atomic
def remove_document(*, actor: Actor, document: Document, reason: str) -> None:
    """Puts a document aside; it stays on record. The caller has looked whether the actor may change its thing.

    Raises: BadInput without a reason; Conflict when somebody else has put it aside.
    """
    if not reason.strip():
        raise BadInput(_("Say why."), field="reason")
    changed = Document.objects.filter(pk=document.pk, removed_at__isnull=True).update(
        removed_by=actor.employee_id, removed_at=timezone.now(), remove_reason=reason.strip()[:300]
    )
    if not changed:
        raise Conflict(_("Somebody else has put this document aside."))
    record(
        actor=actor,
        action="remove_document",
        subject=document.subject,
        subject_key=document.subject_key,
        branch_id=document.branch_id,
        changes={"document": [document.file.name, None], "reason": [None, reason.strip()]},
    )


def _within_limit(content: Iterable[bytes], name: str) -> list[bytes]:
    parts, size = [], 0
    for part in content:
        size += len(part)
        if size > settings.DOCUMENT_MAX_BYTES:
            raise BadInput(
                _("“%(name)s” is larger than %(limit)s MB. Make it smaller, or send it in parts.")
                % {"name": name, "limit": settings.DOCUMENT_MAX_BYTES // 1024 // 1024},
                field="file",
            )
        parts.append(part)
    if size == 0:
        raise BadInput(_("“%(name)s” is empty. Choose another file.") % {"name": name}, field="file")
    return parts


def _sniff(content: bytes, name: str) -> str:
    refusal = BadInput(
        _("“%(name)s” is none of the kinds that are taken: %(kinds)s.") % {"name": name, "kinds": _(ACCEPTED)},
        field="file",
    )
    if content.startswith(b"%PDF-"):
        return PDF
    if content[4:12] in HEIC:
        raise BadInput(
            _(
                "“%(name)s” is a HEIC picture, which other devices cannot show. On the iPhone choose Settings, Camera, "
                "Formats, Most Compatible, or send the picture as JPEG."
            )
            % {"name": name},
            field="file",
        )
    if content.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                names = set(archive.namelist())
        except zipfile.BadZipFile as error:
            raise refusal from error
        for part, media_type in OFFICE.items():
            if part in names and not any(one.endswith("vbaProject.bin") for one in names):
                return media_type
        raise refusal
    try:
        with Image.open(io.BytesIO(content), formats=list(PICTURES)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _too_many_pixels(name)
            # Looks through the whole picture, not only at its head; a bomb of pixels is refused by the library.
            picture.verify()
            media_type = PICTURES.get(picture.format or "", "")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise refusal from error
    if not media_type:
        raise refusal
    return media_type


def _thumbnail(content: bytes, name: str) -> bytes:
    """The picture as a small JPEG, turned as its camera was held. Shape: no longer than THUMBNAIL on either side."""
    try:
        with Image.open(io.BytesIO(content), formats=list(PICTURES)) as picture:
            # A JPEG is read in a smaller size at once: a quarter of the memory or less.
            picture.draft("RGB", (2 * THUMBNAIL, 2 * THUMBNAIL))
            small = picture.convert("RGBA") if picture.mode in ("P", "LA", "PA", "RGBA") else picture.convert("RGB")
            small.thumbnail((2 * THUMBNAIL, 2 * THUMBNAIL))
            # The copy's own, since what is turned is the copy.
            small.info.update(picture.info)
            turned = ImageOps.exif_transpose(small)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BadInput(
            _("The picture “%(name)s” is damaged and cannot be read. Take it again.") % {"name": name}, field="file"
        ) from error
    turned.thumbnail((THUMBNAIL, THUMBNAIL))
    if turned.mode == "RGBA":
        # On white, as on paper.
        ground = Image.new("RGB", turned.size, "white")
        ground.paste(turned, mask=turned.getchannel("A"))
        turned = ground
    # A picture of its own, which takes along nothing but the points.
    bare = Image.new("RGB", turned.size)
    bare.paste(turned)
    written = io.BytesIO()
    bare.save(written, "JPEG", quality=80, optimize=True)
    return written.getvalue()


def _too_many_pixels(name: str) -> BadInput:
    return BadInput(
        _("“%(name)s” has more than %(limit)s million pixels. Take it in a smaller size.")
        % {"name": name, "limit": MOST_PIXELS // 1_000_000},
        field="file",
    )
