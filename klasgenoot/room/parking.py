"""The camera turned away: nothing but its own end brings it back, whatever comes late."""

from contextlib import suppress

from hardware.camera import Camera, MotionError, Position

_THERE_DEG = 1.0  # an inquiry counts 0.1°, gears have play
_AGAIN_S = 1.5  # a head that stands elsewhere this long was stopped, or lost the command


class Parking:
    """Knows where the camera looked before. Not for several threads; times are monotonic seconds.

    A camera that does not tell where it looks is turned all the same, once, and goes home
    afterwards.
    """

    def __init__(self, camera: Camera) -> None:
        self.why = ""
        """What the pupil is told when it asks to turn."""
        self._camera = camera
        self._place: Position | None = None
        self._before: Position | None = None
        self._last: Position | None = None
        self._told_at = 0.0

    @property
    def on(self) -> bool:
        return self._place is not None

    @property
    def there(self) -> bool:
        """Whether the camera is known to look away."""
        return self._place is not None and self.stands_at(self._place)

    def stands_at(self, place: Position) -> bool:
        """Whether the camera is known to look there, or as near as its model goes."""
        position, model = self._camera.position(), self._camera.profile
        if position is None:
            return False
        pan, tilt = model.clamp_pan(place.pan_deg), model.clamp_tilt(place.tilt_deg)
        return _near(position, Position(pan, tilt, place.zoom))

    def begin(self, place: Position, why: str, now: float) -> None:
        """Turn away to `place` (as far as the model goes); where it looks now is remembered."""
        if not self.on:
            self._before = self._camera.position()
        self._place, self.why = place, why
        self._camera.stop()
        self._go(now)

    def end(self, *, home: bool = False) -> None:
        """Look again where it looked before, or home where that is unknown or another room."""
        if not self.on:
            return
        before, self._before, self._place = self._before, None, None
        if before is None or home:
            self._camera.home()
            return
        with suppress(MotionError):
            self._camera.move_to(before.pan_deg, before.tilt_deg, before.zoom)

    def tick(self, now: float) -> None:
        """Send it off again when it stands elsewhere: a line that came back begins with Stop."""
        if not self.on:
            return
        last, self._last = self._last, self._camera.position()
        if self._last is None or self.there:
            return
        if last is not None and not _near(last, self._last):
            self._told_at = now  # on its way
        if now - self._told_at >= _AGAIN_S:
            self._go(now)

    def _go(self, now: float) -> None:
        assert self._place is not None
        self._told_at = now
        with suppress(MotionError):
            self._camera.move_to(self._place.pan_deg, self._place.tilt_deg, None)


def _near(one: Position, other: Position) -> bool:
    turned = abs(one.pan_deg - other.pan_deg), abs(one.tilt_deg - other.tilt_deg)
    return max(turned) < _THERE_DEG
