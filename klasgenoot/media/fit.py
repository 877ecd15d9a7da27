"""Decoded video frames of any size and format, brought to the asked size as I420."""

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation

_BLACK, _NEUTRAL = 16, 128


def fit_size(from_width: int, from_height: int, width: int, height: int) -> tuple[int, int]:
    """The largest even size of the same shape that fits into width × height pixels."""
    scale = min(width / from_width, height / from_height)
    fitted_width = max(2, min(width, round(from_width * scale / 2) * 2))
    return fitted_width, max(2, min(height, round(from_height * scale / 2) * 2))


def fit_frame(frame: av.VideoFrame, width: int, height: int) -> np.ndarray:
    """A frame as a new I420 array (height*3//2, width); black bars where its shape differs."""
    inner_width, inner_height = fit_size(frame.width, frame.height, width, height)
    same = (frame.width, frame.height) == (inner_width, inner_height)
    if not same or frame.format.name != "yuv420p" or frame.color_range == ColorRange.JPEG:
        frame = frame.reformat(
            inner_width,
            inner_height,
            "yuv420p",
            dst_colorspace=Colorspace.ITU601,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.BILINEAR,
        )
    inner = frame.to_ndarray()
    if inner.shape == (height * 3 // 2, width):
        return inner
    picture = np.full((height * 3 // 2, width), _NEUTRAL, np.uint8)
    picture[:height] = _BLACK
    # Even offsets keep chroma and luma together.
    left, top = (width - inner_width) // 4 * 2, (height - inner_height) // 4 * 2
    picture[top : top + inner_height, left : left + inner_width] = inner[:inner_height]
    ours = picture[height:].reshape(2, height // 2, width // 2)
    theirs = inner[inner_height:].reshape(2, inner_height // 2, inner_width // 2)
    rows = slice(top // 2, (top + inner_height) // 2)
    ours[:, rows, left // 2 : (left + inner_width) // 2] = theirs
    return picture
