"""The view *bord*: the board straightened, lit evenly and, if asked, without the people."""

from collections.abc import Sequence

import numpy as np

from hardware.profiles import Profile
from hardware.view import horizontal_fov
from klasgenoot.media.board_corners import Corners, given_corners
from klasgenoot.media.board_legibility import Legibility, legibility
from klasgenoot.media.board_light import BoardLight
from klasgenoot.media.board_people import PeopleFader
from klasgenoot.media.board_rectify import MAX_HEIGHT, MAX_WIDTH, Rectifier, letterbox
from klasgenoot.media.board_track import BoardTracker, EdgeWatch
from klasgenoot.media.frame import Picture

_JUDGE_S = 2.0
_GONE = 4  # pictures in a row without the edges on which corners given by hand lay
_FINEST = (3840, 2160)  # of a photo: the camera's own resolution, whatever camera there is
_ZOOM_STEP = 0.004  # relative change of the field of view that is a zoom


class BoardView:
    """Turns the camera's pictures into pictures of the board; one for each lesson.

    Not for several threads at once.
    """

    def __init__(self, profile: Profile, board_width_mm: float | None = None) -> None:
        """`profile` tells the field of view; `board_width_mm` is for the legibility only."""
        self.corners: Corners | None = None
        """The corners in use, None while the whole picture is shown."""
        self.legibility: Legibility | None = None
        """Judged every two seconds, None while the whole picture is shown."""
        self.lost: Sequence[Sequence[float]] | None = None
        """The corners given by hand that no longer hold, the very object that was given."""
        self._profile = profile
        self._board_width_mm = board_width_mm
        self._tracker: BoardTracker | None = None
        self._rectifier = Rectifier()
        self._given: _Given | None = None
        self._light, self._people = BoardLight(), PeopleFader()
        self._judge_at = float("-inf")
        self._shown: Picture | None = None

    def apply(
        self,
        picture: Picture,
        now: float,
        *,
        zoom: float,
        corners: Sequence[Sequence[float]] | None = None,
        fade_people: bool = False,
    ) -> Picture:
        """The board as large as fits into the picture's size, at most 1280×720; else the picture.

        `now` is in seconds on a steady clock, `zoom` the magnification ≥ 1. `corners` are four
        points given by hand (CornersError if they are none); they hold until the camera moves,
        then the board is sought again until others are given: another object, whatever is in it.
        """
        if picture.i420.shape != (picture.height // 2 * 3, picture.width // 2 * 2):
            return picture  # an odd size: no planes to work on
        hfov_deg = horizontal_fov(max(1.0, zoom), self._profile)
        used = self._used_corners(picture, now, hfov_deg, corners)
        if used != self.corners:
            self.corners, self.legibility = used, None
            self._light, self._people = BoardLight(), PeopleFader()
            self._judge_at, self._shown = float("-inf"), None
        if used is None:
            return picture
        board = self._rectifier.apply(picture, used, hfov_deg)
        if fade_people:
            board = self._people.apply(board, now)
        else:
            self._people = PeopleFader()
        board = self._shown = self._light.apply(board, now)
        if now >= self._judge_at:
            self._judge_at = now + _JUDGE_S
            self.legibility = legibility(
                board.planes()[0], self._rectifier.camera_px_per_px, self._board_width_mm
            )
        width, height = min(picture.width, MAX_WIDTH), min(picture.height, MAX_HEIGHT)
        return letterbox(board, width, height)

    def photo(self, picture: Picture, *, zoom: float, fade_people: bool = False) -> Picture:
        """The board as fine as the camera sees it, else the picture; in the thread of `apply`.

        Without people it is as fine as the view: more is not known of what they hide.
        """
        if self.corners is None:
            return picture
        if fade_people and self._shown is not None:
            return self._shown
        hfov_deg = horizontal_fov(max(1.0, zoom), self._profile)
        fine = Rectifier(_FINEST).apply(picture, self.corners, hfov_deg)
        return BoardLight().apply(fine, 0.0)

    def _used_corners(
        self,
        picture: Picture,
        now: float,
        hfov_deg: float,
        corners: Sequence[Sequence[float]] | None,
    ) -> Corners | None:
        luma = picture.planes()[0]
        if corners is None:
            self._given = self.lost = None
        else:
            if self._given is None or self._given.points is not corners:
                self._given, self.lost = _Given(corners, luma, hfov_deg), None
            if self._given.hold(luma, hfov_deg):
                return self._given.corners
            self.lost = corners
        if self._tracker is None:
            self._tracker = BoardTracker(now)
        return self._tracker.update(luma, now, hfov_deg)


class _Given:
    """Corners given by hand, until the camera moves."""

    def __init__(
        self, points: Sequence[Sequence[float]], luma: np.ndarray, hfov_deg: float
    ) -> None:
        self.points = points
        self.corners = given_corners(points)
        watch = EdgeWatch(luma, self.corners)
        self._watch = watch if watch.can_tell() else None
        self._hfov_deg = hfov_deg
        self._lost = 0

    def hold(self, luma: np.ndarray, hfov_deg: float) -> bool:
        if abs(hfov_deg - self._hfov_deg) > _ZOOM_STEP * hfov_deg:
            self._lost = _GONE
        elif self._lost < _GONE and self._watch is not None:
            self._lost = 0 if self._watch.still_there(luma) else self._lost + 1
        return self._lost < _GONE
