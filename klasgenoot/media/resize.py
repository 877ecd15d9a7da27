"""Pictures made smaller."""

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from klasgenoot.media.frame import Picture


def shrink(picture: Picture, divisor: float) -> Picture:
    """The picture at 1/divisor of its width and height, even sizes (4:2:0)."""
    if divisor == 1:
        return picture
    width, height = int(picture.width / divisor) & ~1, int(picture.height / divisor) & ~1
    half = (width // 2, height // 2)
    small = [
        cv2.resize(plane, size, interpolation=cv2.INTER_AREA).reshape(-1)
        for plane, size in zip(picture.planes(), ((width, height), half, half), strict=True)
    ]
    i420: npt.NDArray[np.uint8] = np.concatenate(small, dtype=np.uint8)
    return replace(picture, i420=i420.reshape(height * 3 // 2, width), width=width, height=height)
