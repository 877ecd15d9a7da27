"""Uploads by their bytes: what comes in, what is taken out of it, what is refused; and the seal."""

import random
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from dossier.rondom.content import ContentError, checked
from dossier.rondom.seal import Seal, SealError

PICTURE = np.random.default_rng(1).integers(0, 255, (48, 64, 3), dtype=np.uint8)
GPS = b"GPS 52.1N 5.1E Janssens telefoon"


def encoded(kind: str) -> bytes:
    done, raw = cv2.imencode(kind, PICTURE)
    assert done
    return bytes(raw)


def exif(up: int) -> bytes:
    tiff = b"II*\0\x08\0\0\0\x02\0"
    tiff += b"\x0f\x01\x02\0\x20\0\0\0\x40\0\0\0"  # the maker, elsewhere
    tiff += b"\x12\x01\x03\0\x01\0\0\0" + bytes([up, 0, 0, 0]) + b"\0\0\0\0" + GPS
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body


def jpeg(up: int = 6) -> bytes:
    raw = encoded(".jpg")
    comment = b"\xff\xfe" + (len(GPS) + 2).to_bytes(2, "big") + GPS
    return raw[:2] + exif(up) + comment + raw[2:] + GPS


def png() -> bytes:
    raw = encoded(".png")
    kind = b"tEXtComment\0" + GPS
    chunk = len(kind[4:]).to_bytes(4, "big") + kind + zlib.crc32(kind).to_bytes(4, "big")
    return raw[:33] + chunk + raw[33:] + GPS


def webp() -> bytes:
    inner = encoded(".webp")[12:]
    head = b"VP8X" + (10).to_bytes(4, "little") + bytes([0x0C, 0, 0, 0])
    head += (63).to_bytes(3, "little") + (47).to_bytes(3, "little")
    gps = GPS if len(GPS) % 2 == 0 else GPS + b"x"
    body = b"WEBP" + head + inner + b"EXIF" + len(gps).to_bytes(4, "little") + gps
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def pdf(inside: bytes = b"") -> bytes:
    return b"%PDF-1.7\n1 0 obj<</Type/Catalog " + inside + b">>endobj\nstartxref\n9\n%%EOF\n"


@pytest.mark.parametrize(
    ("raw", "kind"),
    [(jpeg(), "image/jpeg"), (png(), "image/png"), (webp(), "image/webp")],
    ids=["jpeg", "png", "webp"],
)
def test_a_picture_stays_itself_and_says_no_more(raw: bytes, kind: str) -> None:
    found, clean = checked(raw)
    assert found == kind and GPS not in clean and GPS in raw
    flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    before = cv2.imdecode(np.frombuffer(raw, np.uint8), flags)
    after = cv2.imdecode(np.frombuffer(clean, np.uint8), flags)
    assert after is not None and np.array_equal(before, after)
    assert checked(clean) == (kind, clean)


def test_a_photo_stays_upright() -> None:
    for up in (1, 3, 6, 8):
        _, clean = checked(jpeg(up))
        shown = cv2.imdecode(np.frombuffer(clean, np.uint8), cv2.IMREAD_COLOR)
        assert shown is not None and shown.shape[:2] == ((64, 48) if up in (6, 8) else (48, 64))
    assert b"Exif" not in checked(jpeg(1))[1]


def test_a_plain_pdf_comes_in_whole() -> None:
    assert checked(pdf()) == ("application/pdf", pdf())


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "file_empty"),
        (b"MZ\x90\0" + b"x" * 100, "file_kind"),
        (b"<html><script>alert(1)</script>", "file_kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file_kind"),
        (b"PK\x03\x04" + b"x" * 100, "file_kind"),
        (b"GIF89a" + b"x" * 100, "file_kind"),
        (b" " + pdf(), "file_kind"),
        (b"\xff\xd8\xff" + b"x" * 5 * 1024 * 1024, "file_too_large"),
        (jpeg()[:400], "file_damaged"),
        (png()[:60], "file_damaged"),
        (webp()[:40], "file_damaged"),
        (b"%PDF-1.7\nno end", "file_damaged"),
        (pdf(b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), "file_active"),
        (pdf(b"/Names<</EmbeddedFiles 3 0 R>>"), "file_active"),
        (pdf(b"/AA<</O<</S/L#61unch/F(cmd.exe)>>>>"), "file_active"),
    ],
)
def test_the_rest_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(ContentError, match=code):
        checked(raw)


def test_a_picture_that_unfolds_to_a_giant_is_refused() -> None:
    raw = bytearray(png())
    raw[16:20] = (60_000).to_bytes(4, "big")
    raw[29:33] = zlib.crc32(bytes(raw[12:29])).to_bytes(4, "big")
    with pytest.raises(ContentError, match="file_too_large"):
        checked(bytes(raw))


def test_damaged_files_end_in_a_kind_or_a_refusal() -> None:
    dice = random.Random(3)
    for raw in (jpeg(), png(), webp(), pdf()):
        for _ in range(400):
            damaged = bytearray(raw)
            for _ in range(dice.randint(1, 12)):
                damaged[dice.randrange(len(damaged))] = dice.randrange(256)
            cut = bytes(damaged[: dice.randint(1, len(damaged))])
            for one in (bytes(damaged), cut):
                try:
                    kind, clean = checked(one)
                except ContentError:
                    continue
                assert kind.split("/")[0] in ("image", "application") and clean


# --- at rest --------------------------------------------------------------------------------------


def test_a_seal_opens_what_it_sealed_and_nothing_else(tmp_path: Path) -> None:
    seal = Seal(tmp_path / "key")
    one = seal.seal(b"geheim", "a")
    assert b"geheim" not in one and seal.open(one, "a") == b"geheim"
    assert Seal(tmp_path / "key").open(one, "a") == b"geheim"
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
    for sealed, bound in ((one, "b"), (one[:-1], "a"), (b"", "a"), (b"x" + one[1:], "a")):
        with pytest.raises(SealError):
            seal.open(sealed, bound)
    with pytest.raises(SealError):
        Seal(tmp_path / "other").open(one, "a")
    (tmp_path / "short").write_bytes(b"x")
    with pytest.raises(SealError):
        Seal(tmp_path / "short").seal(b"x", "a")
    with pytest.raises(SealError):
        Seal(tmp_path / "no" / "folder").seal(b"x", "a")
