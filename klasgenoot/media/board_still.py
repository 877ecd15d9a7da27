"""A photo to send: JPEG bytes in memory, as fine as fits into what the line can take."""

from dataclasses import dataclass

import cv2
import numpy as np

from klasgenoot.media.frame import Picture
from signaling.messages import MAX_STILL_BYTES

_QUALITIES = (92, 85, 75, 60)


@dataclass(frozen=True)
class Still:
    """A JPEG, and its size in pixels."""

    data: bytes
    width: int
    height: int


def still(picture: Picture, most_bytes: int = MAX_STILL_BYTES) -> Still:
    """The picture as a JPEG of at most `most_bytes`; coarser first, then smaller, until it fits."""
    bgr = cv2.cvtColor(np.ascontiguousarray(picture.i420), cv2.COLOR_YUV2BGR_I420)
    while True:
        for quality in _QUALITIES:
            data = cv2.imencode(".jpg", bgr, (cv2.IMWRITE_JPEG_QUALITY, quality))[1]
            height, width = bgr.shape[:2]
            if len(data) <= most_bytes or min(width, height) < 16:
                return Still(data.tobytes(), width, height)
        bgr = cv2.resize(bgr, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
