"""Auto-follow at work: looks at the newest picture and turns the head, until it is let go."""

import math
import threading
import time
from collections.abc import Callable

import structlog

from hardware.camera import Camera, Position
from hardware.view import horizontal_fov, look_at
from klasgenoot.media.follow import Follower, Wish
from klasgenoot.media.follow_glide import Glide
from klasgenoot.media.frame import Picture

log = structlog.get_logger()

_PERIOD_S = 0.1  # a third of the dead man of the set, and ten looks a second
_ALIVE_S = 1.5  # a page silent for this long can't see where it goes: the head waits for it
_STILL_DEG = 0.15  # more between two positions is a turning head (an inquiry counts 0.1°)
_LATE_S = 0.5  # the position told lags by as much: until then a change is of our own doing
_CLOSE_S = 1.0


class Following:
    """Off until `begin`; `let_go` may be called from any thread and nothing turns after it.

    `newest` gives the newest picture or None. One thread, asleep while nobody is followed.
    """

    def __init__(self, newest: Callable[[], Picture | None], camera: Camera) -> None:
        self._newest, self._camera = newest, camera
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._closing = False
        self._follower: Follower | None = None
        self._glide: Glide | None = None
        self._origin: Position | None = None
        self._last: Position | None = None
        self._sequence = -1
        self._ended_at = -math.inf
        self._alive_at = 0.0
        self._thread = threading.Thread(target=self._run, name="follow", daemon=True)

    @property
    def on(self) -> bool:
        return self._follower is not None

    def start(self) -> None:
        """Start the thread; once."""
        self._thread.start()

    def close(self) -> None:
        self.let_go()
        self._closing = True
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(_CLOSE_S)

    def begin(self, now: float) -> None:
        """Follow from now on; a camera that can't turn or doesn't know where it looks is left."""
        with self._lock:
            self._origin = self._last = self._camera.position()
            if self._origin is None or self._camera.health().state != "ready":
                return
            self._alive_at, self._glide = now, None
            self._follower = Follower(now)
        self._wake.set()

    def let_go(self) -> None:
        """The first touch. The head is told to stand still if it was us who turned it."""
        with self._lock:
            self._follower = None
            turning, self._glide = self._glide is not None, None
            self._wake.clear()
            if turning:
                self._camera.stop()

    def alive(self, now: float) -> None:
        """The page gave a sign of life."""
        self._alive_at = now

    def step(self, now: float) -> None:
        """One look and what follows from it; called ten times a second while it is on."""
        with self._lock:
            follower, position = self._follower, self._camera.position()
            if follower is None:
                return
            turning = self._turn(position, now)
        picture = self._newest()
        if picture is None or picture.sequence == self._sequence or position is None:
            return
        self._sequence = picture.sequence
        wish = follower.update(picture.planes()[0], now, head_moving=turning)
        if wish is None:
            return
        with self._lock:
            if self._follower is follower and now - self._alive_at < _ALIVE_S:
                self._glide = self._way(wish, position, now)

    def _turn(self, position: Position | None, now: float) -> bool:
        """Keep a move going; whether the head turns, also of somebody else's doing."""
        last, self._last = self._last, position
        if self._glide is not None:
            speed = self._glide.speed(now) if now - self._alive_at < _ALIVE_S else None
            if speed is None:
                self._glide, self._ended_at = None, now
                self._camera.stop()
            else:
                self._camera.drive(*speed, 0.0)
            return True
        if now - self._ended_at < _LATE_S:
            return False
        return position is None or last is None or _apart(position, last) > _STILL_DEG

    def _way(self, wish: Wish, position: Position, now: float) -> Glide:
        profile = self._camera.profile
        if wish.back and self._origin is not None:
            pan, tilt = self._origin.pan_deg, self._origin.tilt_deg
        else:
            pan, tilt = look_at(position, wish.x, wish.y, profile)
        pan = profile.clamp_pan(pan) - position.pan_deg
        tilt = (profile.clamp_tilt(tilt) - position.tilt_deg) if wish.back or wish.y else 0.0
        return Glide(pan, tilt, horizontal_fov(position.zoom, profile), profile, now)

    def _run(self) -> None:
        while not self._closing:
            self._wake.wait()
            try:
                self.step(time.monotonic())
                if self._camera.health().state != "ready":
                    self.let_go()
            except Exception as error:  # of a picture or a driver: never more than this is lost
                log.warning("following_stopped", problem=type(error).__name__)
                self.let_go()
            time.sleep(_PERIOD_S)


def _apart(one: Position, other: Position) -> float:
    """How far the picture went, in degrees; a zoom counts as a turn of the same share."""
    turned = abs(one.pan_deg - other.pan_deg) + abs(one.tilt_deg - other.tilt_deg)
    return turned + 20 * abs(one.zoom / other.zoom - 1)
