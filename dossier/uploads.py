"""Forms that bring a file along (multipart), read within bounds."""

import asyncio
from dataclasses import dataclass

from aiohttp import BodyPartReader, web

MOST_FILE_BYTES = 4 * 1024 * 1024
"""A photo of a telephone, or a letter of some pages."""
_MOST_FIELD_BYTES = 4_096
_MOST_PARTS = 12
_READ_S = 60.0
"""A photo over a slow line."""


class UploadError(Exception):
    """No form of ours, or beyond its bounds."""


@dataclass(frozen=True)
class Upload:
    """A file as it came: nothing of it is believed but its bytes."""

    name: str
    raw: bytes


async def read_multipart(request: web.Request) -> tuple[dict[str, str], dict[str, Upload]]:
    """The fields and the files of a form. Raises UploadError."""
    if (request.content_length or 0) > MOST_FILE_BYTES + _MOST_PARTS * _MOST_FIELD_BYTES:
        raise UploadError
    fields: dict[str, str] = {}
    files: dict[str, Upload] = {}
    try:
        async with asyncio.timeout(_READ_S):
            reader = await request.multipart()
            parts = 0
            while (part := await reader.next()) is not None:
                parts += 1
                if not isinstance(part, BodyPartReader) or not part.name or parts > _MOST_PARTS:
                    raise UploadError
                name = part.name
                if name in fields or name in files:  # a field twice: somebody plays
                    raise UploadError
                if part.filename is None:
                    fields[name] = (await _bytes(part, _MOST_FIELD_BYTES)).decode("utf-8")
                else:
                    raw = await _bytes(part, MOST_FILE_BYTES)
                    files[name] = Upload(part.filename, raw)
    except UploadError:
        raise
    except Exception:  # a parser of others, given anything
        raise UploadError from None
    return fields, files


async def _bytes(part: BodyPartReader, most: int) -> bytes:
    raw = bytearray()
    while chunk := await part.read_chunk(65_536):
        raw += chunk
        if len(raw) > most:
            raise UploadError
    return bytes(raw)
