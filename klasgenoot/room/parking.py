"""The camera turned away: nothing but its own end brings it back, whatever comes late."""

from contextlib import suppress

from hardware.camera import Camera, MotionError, Position

_THERE_DEG = 1.0  # an inquiry counts 0.1°, gears have play
_THERE_SHARE = 0.05  # of the zoom
_AGAIN_S = 1.5  # a head that stands elsewhere this long was stopped, or lost the command
_BACK_S = 15.0  # the slowest head turns from end to end in 10; then it is left as it stands


class Parking:
    """Knows where the camera looked before. Not for several threads; times are monotonic seconds.

    A camera that never told where it looks is turned all the same, once, and goes home
    afterwards.
    """

    def __init__(self, camera: Camera) -> None:
        self.why = ""
        """What the pupil is told when it asks to turn."""
        self._camera = camera
        self._place: Position | None = None
        self._before: Position | None = None
        self._back: Position | None = None  # the way there, until it stands there or is touched
        self._back_until = 0.0
        self._last: Position | None = None
        self._known: Position | None = None  # what it last said, for when its line falls silent
        self._told_at = 0.0

    @property
    def on(self) -> bool:
        return self._place is not None

    @property
    def on_its_way(self) -> bool:
        """Whether it turns away or back: a way that ends by itself, and that nobody need stop."""
        return self.on or self._back is not None

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
            self._before = self._back or self._camera.position() or self._known
        self._back = None
        self._place, self.why = place, why
        self._camera.stop()
        self._go(now)

    def end(self, now: float, *, home: bool = False) -> None:
        """Look again where it looked before, or home where that is unknown or another room."""
        if not self.on:
            return
        before, self._before, self._place = self._before, None, None
        if before is None or home:
            self._camera.home()
            return
        self._back, self._back_until = before, now + _BACK_S
        self._go(now)

    def touched(self) -> None:
        """Somebody turns it: where it looked before no longer matters."""
        self._back = None

    def tick(self, now: float) -> None:
        """Send it off again when it stands elsewhere: a line that came back begins with Stop."""
        last, self._last = self._last, self._camera.position()
        if not self.on_its_way:
            self._known = self._last or self._known
            return
        if self._back is not None and (now >= self._back_until or self._is_back()):
            self._back = None
            return
        if self._last is None or self.there:
            return
        if last is not None and not _near(last, self._last):
            self._told_at = now  # on its way
        if now - self._told_at >= _AGAIN_S:
            self._go(now)

    def _is_back(self) -> bool:
        back, last = self._back, self._last
        if back is None or last is None:
            return False
        return _near(last, back) and abs(last.zoom - back.zoom) <= _THERE_SHARE * back.zoom

    def _go(self, now: float) -> None:
        self._told_at = now
        place = self._place or self._back
        assert place is not None
        zoom = None if self.on else place.zoom
        with suppress(MotionError):
            self._camera.move_to(place.pan_deg, place.tilt_deg, zoom)


def _near(one: Position, other: Position) -> bool:
    turned = abs(one.pan_deg - other.pan_deg), abs(one.tilt_deg - other.tilt_deg)
    return max(turned) < _THERE_DEG
