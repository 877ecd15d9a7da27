"""What a file is by its bytes, and without what tells more than its picture: where a photo was
taken, with what, by whom. Pure.

Only kinds that a browser shows without running anything come in. A PDF with scripts, attachments or
actions in plain sight is refused; what hides inside its compressed parts is not found, and so a PDF
is only ever handed out as a download.
"""

import re
import struct
import zlib

MOST_BYTES = 4 * 1024 * 1024
PICTURES = ("image/jpeg", "image/png", "image/webp")
_PDF = "application/pdf"
_MOST_SIDE = 20_000


class ContentError(Exception):
    """Refused; `code` (`file_…`) has words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def checked(raw: bytes) -> tuple[str, bytes]:
    """The kind of this file, and its bytes without what tells too much. Raises ContentError."""
    if not raw:
        raise ContentError("file_empty")
    if len(raw) > MOST_BYTES:
        raise ContentError("file_too_large")
    try:
        if raw.startswith(b"\xff\xd8\xff"):
            return "image/jpeg", _jpeg(raw)
        if raw.startswith(_PNG):
            return "image/png", _png(raw)
        if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
            return "image/webp", _webp(raw)
    except (IndexError, struct.error):
        raise ContentError("file_damaged") from None
    if raw.startswith(b"%PDF-"):
        return _PDF, _pdf(raw)
    raise ContentError("file_kind")


# --- JPEG ---------------------------------------------------------------------------------------


def _jpeg(raw: bytes) -> bytes:
    """Without Exif, comments and whatever programs leave; which way is up stays."""
    out, at, up = [b"\xff\xd8"], 2, 1
    while True:
        if raw[at] != 0xFF:
            raise ContentError("file_damaged")
        marker = raw[at + 1]
        if marker == 0xFF:  # fill
            at += 1
            continue
        if marker == 0xD9 or 0xD0 <= marker <= 0xD8 or marker == 0x01:
            raise ContentError("file_damaged")
        (length,) = struct.unpack(">H", raw[at + 2 : at + 4])
        end = at + 2 + length
        if length < 2 or end > len(raw):
            raise ContentError("file_damaged")
        body = raw[at + 4 : end]
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            up = _orientation(body[6:])
        elif marker == 0xDA:  # the picture itself follows, to the end
            last = raw.rfind(b"\xff\xd9")
            if last < end:
                raise ContentError("file_damaged")
            if up != 1:
                out.insert(1, _exif(up))
            return b"".join(out) + raw[at : last + 2]
        elif marker not in (0xE1, 0xED, 0xFE) and not (0xE3 <= marker <= 0xEF and marker != 0xEE):
            if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
                high, wide = struct.unpack(">HH", body[1:5])
                _bounded(wide, high)
            out.append(raw[at:end])
        at = end


def _orientation(tiff: bytes) -> int:
    """1 to 8, as Exif counts it; 1 for whatever cannot be read."""
    try:
        order = {b"II": "<", b"MM": ">"}[tiff[:2]]
        (first,) = struct.unpack(f"{order}I", tiff[4:8])
        (count,) = struct.unpack(f"{order}H", tiff[first : first + 2])
        for n in range(min(count, 64)):
            entry = tiff[first + 2 + 12 * n : first + 14 + 12 * n]
            tag, kind, _, value = struct.unpack(f"{order}HHIH", entry[:10])
            if tag == 0x0112 and kind == 3 and 1 <= value <= 8:
                return int(value)
    except (KeyError, struct.error):
        pass
    return 1


def _exif(up: int) -> bytes:
    """One that says which way is up and nothing else."""
    tiff = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, 0x0112, 3, 1, up, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


# --- PNG and WebP ---------------------------------------------------------------------------------

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs acTL fcTL fdAT".split()
)


def _png(raw: bytes) -> bytes:
    out, at = [_PNG], len(_PNG)
    while True:
        length, kind = struct.unpack(">I4s", raw[at : at + 8])
        end = at + 12 + length
        if end > len(raw):
            raise ContentError("file_damaged")
        if zlib.crc32(raw[at + 4 : end - 4]) != struct.unpack(">I", raw[end - 4 : end])[0]:
            raise ContentError("file_damaged")
        if len(out) == 1:
            if kind != b"IHDR":
                raise ContentError("file_damaged")
            _bounded(*struct.unpack(">II", raw[at + 8 : at + 16]))
        if kind in _PNG_KEPT:
            out.append(raw[at:end])
        if kind == b"IEND":
            return b"".join(out)
        at = end


def _webp(raw: bytes) -> bytes:
    (size,) = struct.unpack("<I", raw[4:8])
    if size + 8 > len(raw):
        raise ContentError("file_damaged")
    out, at, end = [], 12, size + 8
    while at < end:
        kind, length = struct.unpack("<4sI", raw[at : at + 8])
        after = at + 8 + length + length % 2
        if after > end + 1:
            raise ContentError("file_damaged")
        chunk = raw[at:after]
        if kind == b"VP8X":  # bits: Exif 8, XMP 4
            chunk = chunk[:8] + bytes([chunk[8] & ~0x0C]) + chunk[9:]
            wide, high = (int.from_bytes(chunk[n : n + 3], "little") + 1 for n in (12, 15))
            _bounded(wide, high)
        if kind in (b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"):
            out.append(chunk)
        at = after
    if not out:
        raise ContentError("file_damaged")
    body = b"WEBP" + b"".join(out)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _bounded(wide: int, high: int) -> None:
    """A small file may not unfold to a picture that fills a memory."""
    if not (0 < wide <= _MOST_SIDE and 0 < high <= _MOST_SIDE and wide * high <= 100_000_000):
        raise ContentError("file_too_large")


# --- PDF ------------------------------------------------------------------------------------------

_ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFile|EmbeddedFiles|RichMedia|XFA|SubmitForm|ImportData|"
    rb"GoToE|Movie|Sound|Rendition)(?![A-Za-z0-9])"
)
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")


def _pdf(raw: bytes) -> bytes:
    if b"%%EOF" not in raw[-2048:] or b"startxref" not in raw[-4096:]:
        raise ContentError("file_damaged")
    plain = _HEX.sub(lambda found: bytes([int(found[1], 16)]), raw)  # names may be spelled so
    if _ACTIVE.search(plain):
        raise ContentError("file_active")
    return raw
