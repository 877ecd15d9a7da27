import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from klasgenoot.media.stamp import clock_ms, read_stamp, write_stamp

values = st.integers(0, 2**32 - 1)


def picture(width: int, height: int) -> np.ndarray:
    noise = np.random.default_rng(1).integers(16, 236, (height * 3 // 2, width))
    return noise.astype(np.uint8)


@settings(max_examples=40, deadline=None)
@given(values, st.sampled_from([(1280, 720), (640, 360), (960, 540), (320, 180), (482, 272)]))
def test_what_is_written_is_read(value: int, size: tuple[int, int]) -> None:
    i420 = picture(*size)
    write_stamp(i420, *size, value)
    assert read_stamp(i420[: size[1]]) == value


@settings(max_examples=25, deadline=None)
@given(values)
def test_survives_shrinking_and_jpeg(value: int) -> None:
    i420 = picture(1280, 720)
    write_stamp(i420, 1280, 720, value)
    small = cv2.resize(i420[:720], (480, 270), interpolation=cv2.INTER_AREA)
    ok, packed = cv2.imencode(".jpg", cv2.GaussianBlur(small, (0, 0), 1.0), [1, 35])
    assert ok
    assert read_stamp(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)) == value


def test_layout_is_that_of_the_lab() -> None:
    i420 = np.full((1080, 1280), 90, np.uint8)
    write_stamp(i420, 1280, 720, 0b101)
    assert (i420[0:16, 0:16] == 235).all(), "least significant bit first, 16 px at 1280"
    assert (i420[0:16, 16:32] == 16).all()
    assert (i420[0:16, 32:48] == 235).all()
    assert (i420[16:720] == 90).all()
    assert (i420[:16, 512:] == 90).all()
    chroma = i420[720:].reshape(2, 360, 640)
    assert (chroma[:, :8, :256] == 128).all()
    assert (chroma[:, 8:] == 90).all()


def test_a_picture_without_stamp_has_none() -> None:
    # An even black row is a stamp of zero by definition; anything with grey in it is none.
    assert read_stamp(np.full((720, 1280), 126, np.uint8)) is None
    assert (
        read_stamp(np.tile(np.linspace(16, 235, 512).astype(np.uint8), (720, 3))[:, :1280]) is None
    )


def test_the_clock_fits_in_a_stamp() -> None:
    assert 0 <= clock_ms() < 2**32
