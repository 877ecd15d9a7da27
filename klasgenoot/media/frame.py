"""The picture as it goes from a camera to the encoder."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class Picture:
    """One picture as contiguous I420 planes; nobody writes into it once it is handed on.

    `i420` is uint8 of shape (height*3//2, width), BT.601 limited range; width and height are even.
    `captured_at` is in seconds on time.monotonic(); `sequence` counts up from 0.
    """

    i420: npt.NDArray[np.uint8]
    width: int
    height: int
    captured_at: float
    sequence: int

    def planes(self) -> tuple[npt.NDArray[np.uint8], ...]:
        """Views of Y (height, width), U and V (height/2, width/2); nothing is copied."""
        u, v = self.i420[self.height :].reshape(2, self.height // 2, self.width // 2)
        return self.i420[: self.height], u, v
