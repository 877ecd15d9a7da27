"""What the pupil asks about the board: corners by hand, nobody before it, closer, a photo."""

import asyncio
import base64
import hashlib
import time
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog

from hardware.camera import Camera, Position
from klasgenoot.file_sender import SHARE, Channel, FileError, send_file
from klasgenoot.media.board_corners import Corners, CornersError, given_corners
from klasgenoot.media.board_still import Still
from klasgenoot.media.showing import BoardSeen, Showing
from signaling import messages as m

log = structlog.get_logger()

_TELL_S = 0.5  # at most this often, unless the pupil just asked for something
_PHOTO_S = 60.0  # a photo that takes longer than this is of a board that has been wiped
_AIM_S, _LEAST_BYTES = 20.0, 60_000  # a photo is made so coarse that it arrives in this time
_MOVED_DEG, _ZOOMED = 0.15, 0.01  # of the head: then corners by hand are those of another picture


class Feed(Protocol):
    """What is used of a VideoFeed."""

    showing: Showing

    @property
    def line_bps(self) -> float: ...
    def also_sent(self, size: int) -> None: ...
    async def photo(self, most_bytes: int) -> Still | None: ...


class Leg(Protocol):
    """What is used of a CameraLeg."""

    @property
    def feed(self) -> Feed: ...
    @property
    def files(self) -> Channel | None: ...


class BoardDesk:
    """One for each session; its wishes outlive the legs of that session."""

    def __init__(
        self,
        camera: Camera,
        leg: Callable[[], Leg | None],
        tell: Callable[[m.Message], bool],
        look: Callable[[float, float, float], None],
    ) -> None:
        """`look(x, y, width)` turns and zooms the camera, in shares of the class picture."""
        self._camera, self._leg, self._tell, self._look = camera, leg, tell, look
        self._corners: Sequence[Sequence[float]] | None = None
        self._given_at: Position | None = None
        self._fade = False
        self._refused = ""
        self._told: m.Board | None = None
        self._told_at = 0.0
        self._photo: asyncio.Task[None] | None = None
        self._covered = False

    def handle(self, message: m.Corners | m.Fade | m.Closer | m.TakeStill | m.DropStill) -> None:
        """A wish of the pupil's page."""
        match message:
            case m.Corners():
                self._give(message)
            case m.Fade():
                self._fade = message.on
            case m.Closer():
                self._closer()
            case m.TakeStill():
                self._take(message.number)
            case m.DropStill():
                self.drop_photo()
        if (leg := self._leg()) is not None:
            self.equip(leg)
        self._tell_board(time.monotonic())

    def equip(self, leg: Leg) -> None:
        """Let a leg show the board as was asked for."""
        leg.feed.showing.corners = self._corners
        leg.feed.showing.fade_people = self._fade

    def leg_opened(self) -> None:
        """Another leg took over: its page knows nothing yet, and has no half of a photo."""
        self._told = None
        self.drop_photo()

    def cover(self, covered: bool) -> None:
        """Nothing of the class may leave the set, or may again."""
        self._covered = covered
        if covered:
            self.drop_photo()

    def tick(self, now: float) -> None:
        """To be called ten times a second."""
        leg = self._leg()
        if leg is None:
            return
        if self._corners is not None and (
            self._moved() or leg.feed.showing.board.lost is self._corners
        ):
            self._corners = None
            self.equip(leg)
        if now - self._told_at >= _TELL_S:
            self._tell_board(now)

    def drop_photo(self) -> None:
        """Stop a photo that is on its way."""
        if self._photo is not None:
            self._photo.cancel()
            self._photo = None

    def _give(self, message: m.Corners) -> None:
        self._refused = ""
        if not message.points:
            self._corners = None
            return
        try:
            corners = given_corners([(point.x, point.y) for point in message.points])
        except CornersError as error:
            self._refused = error.code
            return
        self._corners = (corners.tl, corners.tr, corners.br, corners.bl)
        self._given_at = self._camera.position()

    def _moved(self) -> bool:
        now, then = self._camera.position(), self._given_at
        if now is None or then is None:
            return False
        turned = max(abs(now.pan_deg - then.pan_deg), abs(now.tilt_deg - then.tilt_deg))
        return turned > _MOVED_DEG or abs(now.zoom / then.zoom - 1) > _ZOOMED

    def _closer(self) -> None:
        leg = self._leg()
        seen = leg.feed.showing.board if leg is not None else BoardSeen()
        if seen.corners is not None and (target := seen.corners.closer()) is not None:
            self._look(*target)

    # --- what the page is told ----------------------------------------------------------------

    def _tell_board(self, now: float) -> None:
        leg = self._leg()
        if leg is None:
            return
        board = self._board(leg.feed.showing.board)
        if board != self._told and self._tell(board):
            self._told, self._told_at = board, now

    def _board(self, seen: BoardSeen) -> m.Board:
        judged, corners = seen.legibility, seen.corners
        small = judged is not None and judged.advice is not None
        return m.Board(
            corners=self._used_corners(corners),
            by_hand=self._corners is not None,
            fade=self._fade,
            refused=self._refused,
            cap_px=None if judged is None or judged.sharp_px is None else round(judged.sharp_px),
            mm_per_px=None
            if judged is None or not judged.mm_per_px
            else round(judged.mm_per_px, 1),
            small=small,
            closer=small and self._can_come_closer(corners),
        )

    def _used_corners(self, found: Corners | None) -> tuple[m.Point, ...]:
        """Those by hand at once; they are not looked for while they are being set."""
        if self._corners is not None:
            return tuple(m.Point(x=round(x, 3), y=round(y, 3)) for x, y in self._corners)
        return _points(found) if found is not None else ()

    def _can_come_closer(self, corners: Corners | None) -> bool:
        position = self._camera.position()
        return (
            corners is not None
            and corners.closer() is not None
            and position is not None
            and position.zoom < 0.95 * self._camera.profile.max_zoom
        )

    # --- a photo --------------------------------------------------------------------------------

    def _take(self, number: int) -> None:
        self.drop_photo()
        leg = self._leg()
        if leg is None or leg.files is None:
            return
        self._photo = asyncio.create_task(self._send_photo(leg.feed, leg.files, number))

    async def _send_photo(self, feed: Feed, channel: Channel, number: int) -> None:
        code = ""
        try:
            async with asyncio.timeout(_PHOTO_S):
                await self._make_photo(feed, channel, number)
        except TimeoutError:
            code = "photo_slow"
        except FileError as error:
            code = error.code
        except asyncio.CancelledError:
            code = "photo_dropped"
            raise
        except Exception as error:  # whatever a picture does to a codec ends here, named
            log.warning("photo_failed", problem=type(error).__name__)
            code = "photo_failed"
        finally:
            if code and channel.readyState == "open":
                channel.send(m.encode(m.StillRefused(number=number, code=code)))

    async def _make_photo(self, feed: Feed, channel: Channel, number: int) -> None:
        pace = SHARE * feed.line_bps
        most = min(m.MAX_STILL_BYTES, max(_LEAST_BYTES, int(pace / 8 * _AIM_S)))
        photo = None if self._covered else await feed.photo(most)
        if photo is None or self._covered:  # the curtain may have closed meanwhile
            raise FileError("photo_covered" if self._covered else "photo_none")
        digest = base64.urlsafe_b64encode(hashlib.sha256(photo.data).digest())
        head = m.StillHead(
            number=number,
            size=len(photo.data),
            sha256=digest.decode().rstrip("="),
            width=photo.width,
            height=photo.height,
        )
        await send_file(channel, head, photo.data, lambda: feed.line_bps, feed.also_sent)


def _points(corners: Corners) -> tuple[m.Point, ...]:
    """Rounded: the page draws handles with them, and every digit more would be sent anew."""
    pairs = corners.array().clip(-0.25, 1.25).round(3).tolist()
    return tuple(m.Point(x=x, y=y) for x, y in pairs)
