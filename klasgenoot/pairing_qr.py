"""The pairing code as a QR image: rows of 0 and 1, on a screen or in a terminal."""

import cv2
import numpy as np


def rows(text: str) -> tuple[str, ...]:
    """The image with its white border, a sign a module: "1" is dark."""
    image = np.asarray(cv2.QRCodeEncoder.create().encode(text))
    return tuple("".join("1" if value < 128 else "0" for value in row) for row in image)


def terminal(text: str) -> str:
    """The same in half blocks, light on dark as most terminals are."""
    image = list(rows(text))
    if len(image) % 2:
        image.append("0" * len(image[0]))
    signs = {("0", "0"): "█", ("0", "1"): "▀", ("1", "0"): "▄", ("1", "1"): " "}
    pairs = zip(image[::2], image[1::2], strict=True)
    return "\n".join(
        "".join(signs[up, down] for up, down in zip(*pair, strict=True)) for pair in pairs
    )
