"""What the picture shows: the class, the board straightened, or the smartboard's own signal."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hardware.camera import Camera
from klasgenoot.media.board_corners import Corners
from klasgenoot.media.board_legibility import Legibility
from klasgenoot.media.board_rectify import MAX_HEIGHT, MAX_WIDTH
from klasgenoot.media.board_still import Still, still
from klasgenoot.media.board_view import BoardView
from klasgenoot.media.capture import NewestFrame
from klasgenoot.media.frame import Picture
from klasgenoot.media.resize import shrink
from signaling.messages import ViewName


@dataclass(frozen=True)
class BoardSeen:
    """What is known of the board while it is shown; all None while it is not, or not found."""

    corners: Corners | None = None
    legibility: Legibility | None = None
    lost: Sequence[Sequence[float]] | None = None
    """The corners by hand that no longer hold, the very object that was given."""


class Showing:
    """One leg's choice. `prepare` and `photo` run in the encoder's thread, the rest in the loop.

    `smartboard` opens the second source when it is asked for, and is None where there is none.
    """

    def __init__(
        self,
        classroom: NewestFrame,
        smartboard: Callable[[], NewestFrame] | None,
        head: Camera,
        board_width_mm: float | None,
    ) -> None:
        self.view: ViewName = "klas"
        self.corners: Sequence[Sequence[float]] | None = None
        """Given by hand, as for BoardView.apply."""
        self.fade_people = False
        self._classroom, self._smartboard, self._head = classroom, smartboard, head
        self._board_width_mm = board_width_mm
        self._board: BoardView | None = None

    @property
    def capture(self) -> NewestFrame:
        """Where the pictures of the present view come from."""
        if self.view == "scherm" and self._smartboard is not None:
            return self._smartboard()
        return self._classroom

    @property
    def board(self) -> BoardSeen:
        board = self._board
        if self.view not in ("bord", "hoeken") or board is None:
            return BoardSeen()
        return BoardSeen(board.corners, board.legibility, board.lost)

    def prepare(self, picture: Picture) -> Picture:
        """A picture of the capture as it is to be sent."""
        if self.view == "bord":
            if self._board is None:
                self._board = BoardView(self._head.profile, self._board_width_mm)
            return self._board.apply(
                picture,
                time.monotonic(),
                zoom=self._zoom(),
                corners=self.corners,
                fade_people=self.fade_people,
            )
        if self.view == "scherm":  # finer is for photos: the line bears no more
            return shrink(picture, max(1, picture.width / MAX_WIDTH, picture.height / MAX_HEIGHT))
        return picture

    def photo(self, picture: Picture, most_bytes: int) -> Still:
        """A picture of the capture as fine as it is, of at most `most_bytes`."""
        if self.view == "bord" and self._board is not None:
            picture = self._board.photo(picture, zoom=self._zoom(), fade_people=self.fade_people)
        return still(picture, most_bytes)

    def _zoom(self) -> float:
        position = self._head.position()
        return position.zoom if position else 1.0
