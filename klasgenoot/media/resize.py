"""Pictures made smaller."""

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from klasgenoot.media.encoder import SIZE_STEP
from klasgenoot.media.frame import Picture


def shrink(picture: Picture, divisor: float) -> Picture:
    """The picture at 1/divisor of its width and height, in sizes that the encoder takes."""
    width, height = (int(side / divisor) & -SIZE_STEP for side in (picture.width, picture.height))
    if (width, height) == (picture.width, picture.height):
        return picture
    half = (width // 2, height // 2)
    small = [
        cv2.resize(plane, size, interpolation=cv2.INTER_AREA).reshape(-1)
        for plane, size in zip(picture.planes(), ((width, height), half, half), strict=True)
    ]
    i420: npt.NDArray[np.uint8] = np.concatenate(small, dtype=np.uint8)
    return replace(picture, i420=i420.reshape(height * 3 // 2, width), width=width, height=height)
