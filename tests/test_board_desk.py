"""What the pupil asks about the board, and a photo's way over a channel that may be anything."""

import asyncio
import hashlib
import json
from base64 import urlsafe_b64encode
from types import SimpleNamespace

import pytest

from hardware.camera import Position
from hardware.profiles import PROFILES
from klasgenoot.board_desk import BoardDesk
from klasgenoot.file_sender import FileError, chunk_size, send_file
from klasgenoot.media.board_corners import given_corners
from klasgenoot.media.board_legibility import ADVICE, Legibility
from klasgenoot.media.board_still import Still
from klasgenoot.media.showing import BoardSeen
from signaling import messages as m

SQUARE = ((0.2, 0.2), (0.6, 0.2), (0.6, 0.5), (0.2, 0.5))
SMALL_TEXT = Legibility(6.2, 5.1, 2.34, ADVICE)


def corners(*points: tuple[float, float]) -> m.Corners:
    return m.Corners(points=tuple(m.Point(x=x, y=y) for x, y in points))


class Channel:
    """A data channel that drains at once, or never."""

    def __init__(self, *, drains: bool = True) -> None:
        self.sent: list[str | bytes] = []
        self.readyState = "open"
        self.bufferedAmount = 0
        self.drains = drains

    def send(self, data: str | bytes) -> None:
        assert self.readyState == "open"
        self.sent.append(data)
        if not self.drains:
            self.bufferedAmount += len(data)

    @property
    def texts(self) -> list[dict]:
        return [json.loads(one) for one in self.sent if isinstance(one, str)]

    @property
    def data(self) -> bytes:
        return b"".join(one for one in self.sent if isinstance(one, bytes))


class Desk:
    def __init__(self) -> None:
        self.channel = Channel()
        self.photo: Still | Exception | None = Still(b"photo" * 9_000, 1280, 640)
        self.asked_bytes = 0
        self.others = 0
        self.rendering = asyncio.Event()
        self.rendering.set()
        self.seen = BoardSeen()
        showing = SimpleNamespace(board=self.seen, corners=None, fade_people=False)
        feed = SimpleNamespace(
            showing=showing, line_bps=80e6, also_sent=self._also_sent, photo=self._photo
        )
        self.showing, self.feed = showing, feed
        self.leg: SimpleNamespace | None = SimpleNamespace(feed=feed, files=self.channel)
        self.told: list[m.Board] = []
        self.looked: list[tuple[float, ...]] = []
        self.at: Position | None = Position(0, 0, 1)
        camera = SimpleNamespace(position=lambda: self.at, profile=PROFILES["sim"])
        self.desk = BoardDesk(camera, lambda: self.leg, self._tell, self._look)

    def sees(self, *points: tuple[float, float], legible: Legibility | None = None) -> None:
        self.showing.board = BoardSeen(given_corners(points), legible)

    async def photo_done(self) -> None:
        async with asyncio.timeout(5):
            await asyncio.wait([self.desk._photo])

    def _tell(self, message: m.Message) -> bool:
        assert isinstance(message, m.Board)
        self.told.append(message)
        return True

    def _look(self, *where: float) -> None:
        self.looked.append(where)

    def _also_sent(self, size: int) -> None:
        self.others += size

    async def _photo(self, most_bytes: int) -> Still | None:
        self.asked_bytes = most_bytes
        await self.rendering.wait()
        if isinstance(self.photo, Exception):
            raise self.photo
        return self.photo


@pytest.fixture
async def room() -> Desk:
    return Desk()


# --- corners and fading -------------------------------------------------------------------------


async def test_corners_by_hand_are_used_and_told(room: Desk) -> None:
    room.desk.handle(corners(*SQUARE))
    assert room.showing.corners == SQUARE
    assert room.told[-1].by_hand
    room.desk.handle(m.Corners())
    assert room.showing.corners is None
    assert not room.told[-1].by_hand


@pytest.mark.parametrize(
    ("code", "points"),
    [
        ("corners_count", SQUARE[:3]),
        ("corners_together", ((0.5, 0.5),) * 4),
        ("corners_crossed", (SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3])),
        ("corners_crossed", SQUARE[::-1]),
        ("corners_crossed", (SQUARE[0], SQUARE[1], (0.25, 0.25), SQUARE[3])),
        ("corners_small", ((0.5, 0.5), (0.56, 0.5), (0.56, 0.56), (0.5, 0.56))),
        ("corners_turned", (*SQUARE[1:], SQUARE[0])),
        ("corners_outside", ((float("nan"), 0.2), *SQUARE[1:])),
    ],
)
async def test_what_is_no_board_is_refused_by_name(
    room: Desk, code: str, points: tuple[tuple[float, float], ...]
) -> None:
    room.desk.handle(corners(*SQUARE))
    room.desk.handle(corners(*points))
    assert room.told[-1].refused == code
    assert room.showing.corners == SQUARE  # what held before still does
    room.desk.handle(corners(*SQUARE))
    assert room.told[-1].refused == ""


@pytest.mark.parametrize(
    "raw",
    [
        '{"type":"corners","points":[{"x":NaN,"y":0}]}',
        '{"type":"corners","points":[{"x":1e999,"y":0}]}',
        '{"type":"corners","points":[{"x":2,"y":0}]}',
        '{"type":"corners","points":[{"x":"0","y":0}]}',
        '{"type":"corners","points":[{"x":0.5}]}',
        '{"type":"corners","points":[[0.1,0.1]]}',
        '{"type":"corners","points":' + str([{"x": 0.1, "y": 0.1}] * 5).replace("'", '"') + "}",
        '{"type":"corners","points":7}',
        '{"type":"fade"}',
        '{"type":"fade","on":1}',
        '{"type":"take_still","number":-1}',
        '{"type":"take_still","number":1e300}',
        '{"type":"drop_still","number":null}',
        '{"type":"show","view":"buiten"}',
    ],
)
def test_rubbish_does_not_get_through_the_schema(raw: str) -> None:
    with pytest.raises(m.MessageError):
        m.Decoder(m.FromPupil)(raw)


@pytest.mark.parametrize("at", [Position(1, 0, 1), Position(0, -1, 1), Position(0, 0, 1.2)])
async def test_corners_by_hand_end_when_the_camera_moves(room: Desk, at: Position) -> None:
    room.desk.handle(corners(*SQUARE))
    room.desk.tick(1e6)
    assert room.showing.corners == SQUARE
    room.at = at
    room.desk.tick(2e6)
    assert room.showing.corners is None
    assert not room.told[-1].by_hand


async def test_corners_by_hand_end_when_their_edges_are_gone(room: Desk) -> None:
    room.at = None  # a camera on a fixed mount: only the picture tells
    room.desk.handle(corners(*SQUARE))
    given = room.showing.corners
    room.showing.board = BoardSeen(lost=list(given))  # others, though alike
    room.desk.tick(1e6)
    assert room.showing.corners is given
    room.showing.board = BoardSeen(lost=room.showing.corners)
    room.desk.tick(2e6)
    assert room.showing.corners is None


async def test_wishes_outlive_a_leg_and_its_page_is_told_anew(room: Desk) -> None:
    room.desk.handle(m.Fade(on=True))
    room.desk.handle(corners(*SQUARE))
    assert room.told[-1].fade
    room.showing.corners, room.showing.fade_people = None, False
    room.desk.equip(room.leg)
    assert room.showing.fade_people
    assert room.showing.corners == SQUARE
    count = len(room.told)
    room.desk.tick(1e6)
    assert len(room.told) == count  # nothing changed
    room.desk.leg_opened()
    room.desk.tick(2e6)
    assert room.told[-1].fade
    assert len(room.told) == count + 1


async def test_nobody_there_is_no_fault(room: Desk) -> None:
    room.leg = None
    for message in (m.Fade(on=True), m.Closer(), m.TakeStill(number=1), corners(*SQUARE)):
        room.desk.handle(message)
    room.desk.tick(1e6)
    assert not room.told


# --- legibility ---------------------------------------------------------------------------------


async def test_small_text_offers_to_come_closer_and_one_press_does(room: Desk) -> None:
    room.sees(*SQUARE, legible=SMALL_TEXT)
    room.desk.tick(1e6)
    told = room.told[-1]
    assert (told.small, told.closer, told.cap_px, told.mm_per_px) == (True, True, 5, 2.3)
    assert (told.corners[2].x, told.corners[2].y) == (0.6, 0.5)
    room.desk.handle(m.Closer())
    [(x, y, width)] = room.looked
    assert (x, y) == pytest.approx((-0.1, -0.15))
    assert 0.4 < width < 0.5


@pytest.mark.parametrize("case", ["fills", "fixed", "far in", "readable", "none"])
async def test_no_offer_where_it_would_not_help(room: Desk, case: str) -> None:
    room.sees(*SQUARE, legible=SMALL_TEXT)
    if case == "fills":
        room.sees((0.05, 0.1), (0.95, 0.1), (0.95, 0.9), (0.05, 0.9), legible=SMALL_TEXT)
    elif case == "fixed":
        room.at = None
    elif case == "far in":
        room.at = Position(0, 0, PROFILES["sim"].max_zoom)
    elif case == "readable":
        room.sees(*SQUARE, legible=Legibility(20, 20, None, None))
    else:
        room.showing.board = BoardSeen()
    room.desk.tick(1e6)
    assert not (room.told and room.told[-1].closer)
    if case in ("fills", "none"):
        room.desk.handle(m.Closer())
        assert not room.looked


# --- photos --------------------------------------------------------------------------------------


async def test_a_photo_arrives_whole(room: Desk) -> None:
    room.desk.handle(m.TakeStill(number=3))
    await room.photo_done()
    [head] = room.channel.texts
    data = room.channel.data
    assert head["type"] == "still_head"
    assert (head["number"], head["size"]) == (3, len(data)) == (3, 45_000)
    assert head["sha256"] == urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
    assert m.Decoder(m.FromSet)(room.channel.sent[0])  # within the bounds of the schema
    assert max(len(one) for one in room.channel.sent) <= 16_384
    assert room.others == 45_000


async def test_a_narrow_line_gets_a_coarser_photo_and_smaller_chunks(room: Desk) -> None:
    room.feed.line_bps = 80_000
    room.desk.handle(m.TakeStill(number=1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert room.asked_bytes == 100_000
    assert len(room.channel.data) == chunk_size(40_000) == 1_024
    room.desk.drop_photo()
    assert chunk_size(0) == 1_024
    assert chunk_size(1e9) == 16_384


@pytest.mark.parametrize(
    ("photo", "code"), [(None, "photo_none"), (ValueError("made up"), "photo_failed")]
)
async def test_no_picture_is_said(room: Desk, photo: Exception | None, code: str) -> None:
    room.photo = photo
    room.desk.handle(m.TakeStill(number=5))
    await room.photo_done()
    assert room.channel.texts == [{"type": "still_refused", "number": 5, "code": code}]
    assert not room.channel.data


async def test_behind_the_curtain_no_photo_leaves(room: Desk) -> None:
    room.desk.cover(True)
    room.desk.handle(m.TakeStill(number=1))
    await room.photo_done()
    assert [one["code"] for one in room.channel.texts] == ["photo_covered"]
    room.desk.cover(False)
    room.rendering.clear()
    room.desk.handle(m.TakeStill(number=2))
    await asyncio.sleep(0)
    task = room.desk._photo
    room.desk.cover(True)  # while it is being made
    room.rendering.set()
    await asyncio.wait([task])
    assert room.channel.texts[-1]["code"] == "photo_dropped"
    assert not room.channel.data


async def test_the_curtain_stops_a_photo_on_its_way(room: Desk) -> None:
    room.channel.drains = False
    room.desk.handle(m.TakeStill(number=2))
    async with asyncio.timeout(5):
        while not room.channel.data:
            await asyncio.sleep(0)
    task = room.desk._photo
    room.desk.cover(True)
    await asyncio.wait([task])
    assert len(room.channel.data) < 45_000
    assert room.channel.texts[-1] == {"type": "still_refused", "number": 2, "code": "photo_dropped"}


async def test_a_new_photo_replaces_the_old(room: Desk) -> None:
    room.channel.drains = False
    room.desk.handle(m.TakeStill(number=1))
    async with asyncio.timeout(5):
        while not room.channel.data:
            await asyncio.sleep(0)
    room.channel.drains, room.channel.bufferedAmount = True, 0
    room.desk.handle(m.TakeStill(number=2))
    await room.photo_done()
    kinds = [(one["type"], one["number"]) for one in room.channel.texts]
    assert kinds == [("still_head", 1), ("still_refused", 1), ("still_head", 2)]


async def test_a_channel_that_is_full_is_waited_for_and_one_that_closes_is_not() -> None:
    channel = Channel(drains=False)
    head = m.StillHead(number=1, size=40_000, sha256="A" * 43, width=1, height=1)
    sending = asyncio.create_task(
        send_file(channel, head, b"x" * 40_000, lambda: 80e6, lambda _size: None)
    )
    await asyncio.sleep(0.1)
    assert len(channel.data) == 16_384  # one chunk, and nothing more on top of it
    channel.readyState = "closed"
    with pytest.raises(FileError) as caught:
        await asyncio.wait_for(sending, 5)
    assert caught.value.code == "line_gone"
