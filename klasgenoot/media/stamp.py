"""A clock in the picture, so that a receiver can measure the delay from glass to glass.

32 square blocks in a row at the top left, each 1/80 of the width wide and high, least significant
bit first; a 1 is white (luma 235), a 0 black (luma 16). The value is the wall clock in
milliseconds modulo 2**32.
"""

import time

import numpy as np

BITS = 32
BLOCKS_ACROSS = 80  # blocks that would fill the width of the picture
BLACK, WHITE, NEUTRAL = 16, 235, 128
_SURE = 40  # a block's middle this close to grey means that there is no stamp


def clock_ms() -> int:
    """The wall clock as a stamp's value."""
    return int(time.time() * 1000) % 2**32


def write_stamp(i420: np.ndarray, width: int, height: int, value_ms: int) -> None:
    """Write a value 0…2**32−1 into I420 planes (height*3//2, width), in place."""
    edges = _edges(width)
    bits = (np.uint64(value_ms) >> np.arange(BITS, dtype=np.uint64)) & np.uint64(1)
    luma = np.where(bits == 1, WHITE, BLACK).astype(np.uint8)
    i420[: edges[1], : edges[-1]] = np.repeat(luma, np.diff(edges))
    chroma = i420[height:].reshape(2, height // 2, width // 2)
    chroma[:, : (edges[1] + 1) // 2, : (edges[-1] + 1) // 2] = NEUTRAL


def read_stamp(luma: np.ndarray) -> int | None:
    """The value in a luma plane (height, width), of any size and quality; None without a stamp."""
    width = luma.shape[1]
    block = width / BLOCKS_ACROSS
    # Only the inner part of a block: compression smears its edges.
    half = max(block / 4, 0.5)
    rows = slice(int(block / 2 - half), max(int(block / 2 - half) + 1, int(block / 2 + half)))
    value = 0
    for bit in range(BITS):
        middle = (bit + 0.5) * block
        start = int(middle - half)
        patch = luma[rows, start : max(start + 1, int(middle + half))]
        level = float(patch.mean()) - (BLACK + WHITE) / 2
        if abs(level) < _SURE:
            return None
        value |= int(level > 0) << bit
    return value


def _edges(width: int) -> np.ndarray:
    """The 33 columns at which blocks begin and end."""
    return np.rint(np.arange(BITS + 1) * width / BLOCKS_ACROSS).astype(int)
