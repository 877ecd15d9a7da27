"""The smartboard's own signal: a drawn slide, read only while somebody looks, sent sharp."""

import time
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from config.settings import Settings, parse
from hardware.profiles import PROFILES
from klasgenoot.media.frame import Picture
from klasgenoot.media.rate import LADDERS
from klasgenoot.media.showing import BoardSeen, Showing
from klasgenoot.media.sources import SourceError, open_source
from klasgenoot.parts import Parts
from klasgenoot.smartboard import Smartboard
from tests.conftest import wait_for
from tests.test_board_scenes import Scene, photo


def test_the_drawn_slide_has_text_of_several_sizes_and_a_clock_that_moves() -> None:
    source = open_source("sim:screen", 1920, 1080, 60)
    try:
        first = source.read()
        luma = first.planes()[0]
        assert (first.width, first.height) == (1920, 1080)
        assert luma[:, 100:1600].min() < 80
        assert np.median(luma) > 200
        top = wait_for(lambda: _first_row_that_differs(first, source.read()), what="the clock")
        assert top > 900  # nothing but the clock
    finally:
        source.close()


def _first_row_that_differs(first: Picture, now: Picture) -> int:
    rows, _ = np.nonzero(cv2.absdiff(first.planes()[0], now.planes()[0]) > 20)
    return int(rows.min()) if len(rows) else 0


@pytest.mark.parametrize("size", [(64, 64), (640, 360), (4096, 2304)])
def test_the_slide_comes_in_any_size(size: tuple[int, int]) -> None:
    picture = open_source("sim:screen", *size, 30).read()
    assert picture.i420.shape == (size[1] * 3 // 2, size[0])


def test_no_smartboard_without_the_setting() -> None:
    assert Parts(Settings()).smartboard is None
    with_one = Parts(parse({"camera": {"screen_source": "sim:screen"}}))
    assert with_one.smartboard is not None
    with_one.close()


def test_it_is_read_while_somebody_looks_and_let_go_after() -> None:
    board = Smartboard(lambda: open_source("sim:screen", 320, 180, 30))
    assert board.part.ok is None
    capture = board.capture()
    assert board.capture() is capture
    wait_for(lambda: board.part.ok is True, what="a picture")
    board.tick(True, 100.0)
    board.tick(False, 109.0)
    assert board.capture() is capture  # back within a moment: no waiting
    board.tick(False, 111.0)
    assert board.part.ok is None
    assert board.capture() is not capture
    board.close()
    board.close()


def test_a_grabber_that_is_not_there_is_named() -> None:
    board = Smartboard(lambda: open_source("v4l2:/dev/no-such-video", 320, 180, 30))
    board.capture()
    wait_for(lambda: board.part.ok is False, what="the trouble")
    assert board.part.code == "camera_absent"
    board.close()
    with pytest.raises(SourceError, match="sim:screen"):
        open_source("sim:slide", 320, 180, 30)


class Capture:
    def __init__(self, width: int, height: int) -> None:
        self.picture = Picture(
            np.full((height * 3 // 2, width), 90, np.uint8), width, height, time.monotonic(), 0
        )

    def newest(self) -> Picture:
        return self.picture


def showing(classroom: Capture, smartboard: Capture | None) -> Showing:
    head = SimpleNamespace(profile=PROFILES["sim"], position=lambda: None)
    second = (lambda: smartboard) if smartboard else None
    return Showing(classroom, second, head, 3000)


def test_each_view_has_its_source_and_its_treatment() -> None:
    classroom, smartboard = Capture(1280, 720), Capture(1920, 1080)
    chosen = showing(classroom, smartboard)
    assert chosen.capture is classroom
    assert chosen.prepare(classroom.picture) is classroom.picture
    chosen.view = "scherm"
    assert chosen.capture is smartboard
    sent = chosen.prepare(smartboard.picture)
    assert (sent.width, sent.height) == (1280, 720)
    assert chosen.photo(smartboard.picture, 10**6).width == 1920
    assert chosen.board == BoardSeen()
    assert showing(classroom, None).capture is classroom


def test_the_board_is_known_only_while_it_is_shown() -> None:
    picture, true = photo(Scene())
    chosen = showing(Capture(1280, 720), None)
    chosen.corners = (true / (picture.width, picture.height)).tolist()
    chosen.view = "bord"
    assert chosen.photo(picture, 10**6).width == picture.width  # nothing straightened yet
    straight = chosen.prepare(picture)
    assert chosen.board.corners is not None
    assert chosen.board.legibility is not None
    assert chosen.board.legibility.mm_per_px is not None
    assert straight is not picture
    chosen.view = "klas"
    assert chosen.board == BoardSeen()


def test_the_smartboard_is_sent_as_sharp_as_the_board() -> None:
    assert LADDERS["scherm"] == LADDERS["bord"]
