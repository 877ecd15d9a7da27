"""What a steering message asks of the camera. Pure."""

_PICTURE_WIDTH_S = 1.6
"""Full deflection moves the picture by its own width in this time: quick, yet one can follow it."""


class Steering:
    """Lets only messages newer than the newest through, and scales the speed to the zoom.

    Steering travels twice (unordered and reliably, so that a Stop always arrives), hence the
    sequence number.
    """

    def __init__(self) -> None:
        self._newest = -1

    def is_fresh(self, sequence: int) -> bool:
        if sequence <= self._newest:
            return False
        self._newest = sequence
        return True


def degrees_per_second(share: float, fov_deg: float) -> float:
    """Speed for a deflection of -1..1 at this horizontal field of view (degrees)."""
    return share * fov_deg / _PICTURE_WIDTH_S
