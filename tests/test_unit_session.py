"""The pupil's session on the set: whatever the control channel brings, the camera ends still."""

import asyncio
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.camera import Position, open_camera
from hardware.motion import Health, MotionError
from klasgenoot.camera_operator import CameraOperator
from klasgenoot.following import Following
from klasgenoot.media.board_corners import given_corners
from klasgenoot.media.classroom import classroom
from klasgenoot.media.frame import Picture
from klasgenoot.media.projection import View
from klasgenoot.media.showing import BoardSeen
from klasgenoot.presets import Presets
from klasgenoot.session import SILENCE_S, PupilSession
from signaling import messages as m
from signaling.handshake import LaptopHandshake, UnitHandshake
from signaling.identity import DeviceKey, Pairing
from signaling.messages_seat import Aim, FromSeat, Reach
from signaling.messages_together import SIGNALS_BURST, Chat, ChatHeard, Signal


class RecordingCamera:
    """A camera that notes what it is told, and may refuse it."""

    def __init__(self) -> None:
        self.told: list[tuple] = []
        self.profile = open_camera("none", "", 9600, "sim").profile
        self.refuses = False
        self.looks = Position(0, 0, 2.0)

    def position(self) -> Position:
        return self.looks

    def health(self) -> Health:
        return Health("ready", "")

    def __getattr__(self, name: str):
        def note(*arguments: object) -> None:
            self.told.append((name, *arguments))
            if self.refuses and name == "drive":
                raise MotionError("made up")

        return note


class Leg:
    """A camera leg without a network."""

    def __init__(self) -> None:
        self.sent: list[m.Message] = []
        self.views: list[str] = []
        showing = SimpleNamespace(board=BoardSeen(), corners=None, fade_people=False)
        self.feed = SimpleNamespace(covered=False, showing=showing, show=self.views.append)
        self.files = None
        self.closed = False

    def send(self, message: m.Message) -> bool:
        self.sent.append(message)
        return True

    def capture_mark(self) -> None:
        return None

    async def answer(self, offer: str) -> str:
        return offer

    async def close(self) -> None:
        self.closed = True


class Host:
    def __init__(self) -> None:
        self.server: list[m.Message] = []
        self.kiosk: list[m.Message] = []
        self.events: list[str] = []
        self.leg = Leg()
        self.has_smartboard = False

    def make_leg(self, _session: PupilSession) -> Leg:
        self.leg = Leg()
        return self.leg

    def to_server(self, message: m.Message) -> bool:
        self.server.append(message)
        return True

    def to_kiosk(self, message: m.Message) -> bool:
        self.kiosk.append(message)
        return True

    def asked(self, event: str) -> None:
        self.events.append(event)

    def changed(self) -> None:
        pass

    def ended(self, _session: PupilSession, code: str) -> None:
        self.events.append(code)


SDP = "v=0\r\na=fingerprint:sha-256 " + ":".join(["AB"] * 32) + "\r\nm=video 9 X 96\r\na=mid:0\r\n"


class Lesson:
    def __init__(self, folder: Path = Path("/nonexistent")) -> None:
        self.unit_key, self.laptop_key = DeviceKey.make(), DeviceKey.make()
        self.pairing = Pairing(unit_key=self.unit_key.public, laptop_key=self.laptop_key.public)
        self.host, self.camera = Host(), RecordingCamera()
        self.picture: Picture | None = None
        self.following = Following(lambda: self.picture, self.camera)
        self.operator = CameraOperator(
            self.camera, Presets(folder, "lokaal 3"), self.following, lambda: self.picture
        )
        self.session = PupilSession(
            self.host,
            self.operator,
            lambda leg: UnitHandshake(self.unit_key, self.pairing, leg),
            lambda: ["127.0.0.1"],
        )

    async def join(self) -> "Lesson":
        laptop = LaptopHandshake(self.laptop_key, self.pairing, "camera")
        now = time.monotonic()
        ready = self.session.join(m.Join(nonce=laptop.begin(now)))
        laptop.ready(ready.nonce, ready.answers, now)
        await self.session.offer(laptop.offer(SDP, now))
        self.session.leg_open(self.host.leg)
        self.camera.told.clear()
        return self

    def say(self, message: m.Message) -> None:
        self.session.control(self.host.leg, message)

    async def replies(self) -> list[str]:
        """What the page was told of presets, once everything is done."""
        while self.session._tasks:
            await asyncio.gather(*self.session._tasks)
        return [told.result for told in self.host.leg.sent if isinstance(told, m.PresetReply)]


@pytest.fixture
async def lesson(tmp_path: Path) -> Lesson:
    return await Lesson(tmp_path).join()


def steer(seq: int, pan: float = 0.0) -> m.Steer:
    return m.Steer(seq=seq, pan=pan, tilt=0, zoom=0)


async def test_steering_and_its_stop(lesson: Lesson) -> None:
    lesson.say(steer(1, 0.5))
    lesson.say(steer(1, 0.5))  # the same message by the other channel
    lesson.say(steer(2))
    lesson.say(steer(1, 0.9))  # one that was late
    assert [told[0] for told in lesson.camera.told] == ["drive", "stop"]


async def test_a_fault_in_handling_leaves_the_camera_still(lesson: Lesson) -> None:
    lesson.camera.refuses = True
    with pytest.raises(MotionError):
        lesson.say(steer(1, 0.5))
    assert lesson.camera.told[-1] == ("stop",)


async def test_a_leg_that_goes_stops_the_camera(lesson: Lesson) -> None:
    lesson.say(steer(1, 0.5))
    lesson.session.leg_gone(lesson.host.leg)
    assert lesson.camera.told[-1] == ("stop",)
    assert not lesson.session.watching


async def test_silence_ends_the_leg_and_the_motion(lesson: Lesson) -> None:
    lesson.say(steer(1, 0.5))
    lesson.session.tick(time.monotonic() + SILENCE_S + 0.1)
    assert lesson.camera.told[-1] == ("stop",)
    assert not lesson.session.watching


async def test_an_old_leg_is_not_listened_to(lesson: Lesson) -> None:
    old = lesson.host.leg
    lesson.session.control(Leg(), steer(9, 1.0))
    assert not lesson.camera.told
    lesson.session.control(old, steer(10, 1.0))
    assert lesson.camera.told


async def test_click_to_centre_and_box(lesson: Lesson) -> None:
    lesson.say(m.Look(seq=1, x=0.25, y=0))
    lesson.say(m.Look(seq=2, x=0, y=0, width=0.5))
    (first, second) = lesson.camera.told
    assert first[0] == "move_to"
    assert first[1] > 0
    assert first[3] is None
    assert second[3] == pytest.approx(4.0)


async def test_the_board_on_request(lesson: Lesson) -> None:
    lesson.say(m.Show(view="bord"))
    assert lesson.host.leg.views == ["klas", "bord"]
    assert lesson.session.board_lost
    lesson.say(m.Look(seq=1, x=0.2, y=0.2))  # a point of the board's picture is none of the class's
    assert not lesson.camera.told
    lesson.say(m.Show(view="klas"))
    assert not lesson.session.board_lost


async def test_a_place_is_taught_and_gone_to(lesson: Lesson) -> None:
    lesson.camera.looks = Position(-31.5, 4.0, 3.0)
    lesson.say(m.Preset(seq=1, number=2, store=True))
    assert await lesson.replies() == ["stored"]
    assert lesson.operator.taught == (2,)
    lesson.say(m.Show(view="bord"))
    lesson.camera.told.clear()
    lesson.say(m.Preset(seq=2, number=2))
    assert lesson.camera.told == [("move_to", -31.5, 4.0, 3.0)]
    assert lesson.session.view == "klas"


async def test_a_place_nobody_taught_is_said_so(lesson: Lesson) -> None:
    lesson.say(m.Preset(seq=1, number=3))
    assert await lesson.replies() == ["empty"]
    assert not lesson.camera.told


async def test_a_camera_that_does_not_know_where_it_looks_is_not_remembered(lesson: Lesson) -> None:
    lesson.camera.looks = None
    lesson.say(m.Preset(seq=1, number=1, store=True))
    assert await lesson.replies() == ["failed"]


def class_picture() -> Picture:
    view = View(-8.0, 0.0, 1.0, 640, 360)
    return Picture(classroom().draw(view, 0.0).copy(), 640, 360, 0.0, 1)


async def test_the_board_is_found_without_being_taught(lesson: Lesson) -> None:
    lesson.camera.looks, lesson.picture = Position(-8.0, 0.0, 1.0), class_picture()
    lesson.say(m.Preset(seq=1, number=1))
    assert await lesson.replies() == []
    (((name, pan, tilt, zoom)),) = lesson.camera.told
    assert name == "move_to"
    assert abs(pan) < 15
    assert abs(tilt) < 15
    assert zoom >= 1


async def test_a_touch_while_the_board_is_sought_counts(lesson: Lesson) -> None:
    lesson.camera.looks, lesson.picture = Position(-8.0, 0.0, 1.0), class_picture()
    lesson.say(m.Preset(seq=1, number=1))
    lesson.say(steer(2, 0.5))
    await lesson.replies()
    assert [told[0] for told in lesson.camera.told] == ["drive"]


FAR_BOARD = [(0.4, 0.4), (0.6, 0.4), (0.6, 0.55), (0.4, 0.55)]
TOUCHES = [
    steer(2, 0.5),
    steer(2),
    m.Look(seq=2, x=0.1, y=0),
    m.Home(seq=2),
    m.Preset(seq=2, number=3),
    m.Preset(seq=2, number=3, store=True),
    m.Follow(seq=2, on=False),
    m.Show(view="bord"),
]


@pytest.mark.parametrize("touch", TOUCHES)
async def test_following_lets_go_at_the_first_touch(lesson: Lesson, touch: m.Message) -> None:
    lesson.say(m.Follow(seq=1, on=True))
    assert lesson.operator.follows
    lesson.say(touch)
    assert not lesson.operator.follows
    await lesson.replies()


async def test_following_begins_in_the_class_and_ends_with_curtain_and_leg(lesson: Lesson) -> None:
    lesson.say(m.Show(view="bord"))
    lesson.say(m.Follow(seq=1, on=True))
    assert lesson.session.view == "klas"
    lesson.session.cover(True)
    assert not lesson.operator.follows
    lesson.say(m.Follow(seq=2, on=True))  # behind the curtain
    assert not lesson.operator.follows
    lesson.session.cover(False)
    lesson.say(m.Follow(seq=3, on=True))
    assert lesson.operator.follows
    lesson.session.leg_gone(lesson.host.leg)
    assert not lesson.operator.follows
    assert lesson.camera.told[-1] == ("stop",)


async def test_a_leg_that_only_is_being_made_does_not_end_the_following(lesson: Lesson) -> None:
    lesson.say(m.Follow(seq=1, on=True))
    lesson.session.leg_gone(Leg())
    assert lesson.operator.follows


async def test_the_smartboard_only_where_there_is_one(lesson: Lesson) -> None:
    lesson.say(m.Show(view="scherm"))
    assert lesson.session.view == "klas"
    lesson.host.has_smartboard = True
    lesson.say(m.Show(view="scherm"))
    assert lesson.host.leg.views[-1] == lesson.session.view == "scherm"
    assert not lesson.session.board_lost


async def test_going_to_the_board_leaves_the_smartboard(lesson: Lesson) -> None:
    lesson.host.has_smartboard = True
    lesson.say(m.Show(view="scherm"))
    lesson.say(m.Preset(seq=1, number=1))
    assert lesson.session.view == "klas"
    lesson.say(m.Show(view="bord"))
    lesson.say(m.Preset(seq=2, number=1))
    assert lesson.session.view == "bord"
    await lesson.replies()


async def test_coming_closer_is_a_touch(lesson: Lesson) -> None:
    lesson.say(m.Follow(seq=1, on=True))
    lesson.host.leg.feed.showing.board = BoardSeen(given_corners(FAR_BOARD))
    lesson.say(m.Closer())
    assert [told[0] for told in lesson.camera.told][-1] == "move_to"
    assert not lesson.operator.follows


async def test_beats_are_answered_and_tell_what_the_pupil_has_on(lesson: Lesson) -> None:
    lesson.say(m.Beat(seq=7, clock_ms=1, mic="on", camera="refused"))
    assert lesson.host.leg.sent[-1].seq == 7
    assert (lesson.session.mic, lesson.session.camera_state) == ("on", "refused")


async def test_a_talk_offer_without_being_asked_is_passed_over(lesson: Lesson) -> None:
    lesson.say(m.Talk(sealed=m.Sealed(body="{}", signature="A" * 86)))
    assert not lesson.host.kiosk


async def test_a_forged_talk_offer_does_not_reach_the_screen(lesson: Lesson) -> None:
    lesson.session.want_talk(time.monotonic() + 10)
    assert isinstance(lesson.host.leg.sent[-1], m.TalkWanted)
    lesson.say(m.Talk(sealed=m.Sealed(body="{}", signature="A" * 86)))
    assert not lesson.host.kiosk


MESSAGES = st.one_of(
    st.builds(
        m.Steer,
        seq=st.integers(0, 50),
        pan=st.floats(-1, 1),
        tilt=st.floats(-1, 1),
        zoom=st.just(0),
    ),
    st.builds(m.Look, seq=st.integers(0, 50), x=st.floats(-0.5, 0.5), y=st.floats(-0.5, 0.5)),
    st.builds(m.Home, seq=st.integers(0, 50)),
    st.builds(m.Preset, seq=st.integers(0, 50), number=st.integers(1, 16), store=st.booleans()),
    st.builds(m.Follow, seq=st.integers(0, 50), on=st.booleans()),
    st.builds(m.Ask),
    st.builds(m.Show, view=st.sampled_from(["klas", "bord", "scherm"])),
    st.builds(
        m.Corners,
        points=st.lists(
            st.builds(m.Point, x=st.floats(-0.25, 1.25), y=st.floats(-0.25, 1.25)), max_size=4
        ).map(tuple),
    ),
    st.builds(m.Fade, on=st.booleans()),
    st.builds(m.Closer),
    st.builds(m.TakeStill, number=st.integers(0, 9)),
    st.builds(m.DropStill, number=st.integers(0, 9)),
    st.builds(m.Withdraw),
    st.builds(m.TalkCandidate, ice=st.just(m.IceCandidate(candidate="rubbish"))),
)


@given(st.lists(MESSAGES, max_size=20))
def test_any_order_of_messages_ends_still(story: list[m.Message]) -> None:
    async def live() -> None:
        lesson = await Lesson().join()
        for message in story:
            lesson.say(message)
        lesson.say(m.Leave())
        assert lesson.camera.told[-1] == ("stop",)
        assert not lesson.following.on
        assert not lesson.session.watching
        told = len(lesson.camera.told)
        await lesson.replies()
        assert len(lesson.camera.told) == told  # nothing that took longer turns it afterwards
        await lesson.session.closed()

    asyncio.run(live())


async def test_behind_the_curtain_the_camera_obeys_nobody_and_the_pupil_is_told_why() -> None:
    lesson = await Lesson().join()
    lesson.operator.park(Position(170, -30, 1), "curtain")
    lesson.camera.told.clear()
    lesson.host.leg.sent.clear()
    for seq in range(1, 30):  # a held key
        lesson.say(m.Steer(seq=seq, pan=1, tilt=0, zoom=0))
    lesson.say(m.Steer(seq=30, pan=0, tilt=0, zoom=0))
    lesson.say(m.Home(seq=31))
    lesson.session.leg_gone(lesson.host.leg)  # and the line is lost
    assert lesson.camera.told == []
    told = [message for message in lesson.host.leg.sent if isinstance(message, m.NotNow)]
    assert told == [m.NotNow(code="curtain")]
    assert lesson.operator.parking.on


async def test_signs_and_lines_go_on_but_not_in_a_flood(lesson: Lesson) -> None:
    for number in range(40):
        lesson.say(Chat(number=number, text="hoi"))
    assert len(lesson.host.kiosk) == SIGNALS_BURST
    for number in range(40):
        lesson.session.class_says(ChatHeard(number=number, shown=True))
    assert len(lesson.host.leg.sent) == SIGNALS_BURST


async def test_nothing_in_writing_comes_through_the_curtain(lesson: Lesson) -> None:
    lesson.session.cover(True)
    lesson.say(Signal(kind="thumb", on=True))
    assert lesson.host.kiosk == []


async def test_who_rests_is_said_so(lesson: Lesson) -> None:
    beat = m.Beat(seq=1, clock_ms=5, mic="off", camera="off", resting=True)
    lesson.say(beat)
    assert lesson.session.resting


async def test_a_press_on_the_map_turns_there_and_shows_the_class(lesson: Lesson) -> None:
    lesson.say(m.Show(view="bord"))
    lesson.say(Aim(seq=1, pan_deg=-40, tilt_deg=12))
    assert lesson.camera.told[-1] == ("move_to", -40, 12, None)
    assert lesson.session.view == "klas"
    lesson.operator.park(Position(0, -30, 1), "curtain")
    told = len(lesson.camera.told)
    lesson.say(Aim(seq=2, pan_deg=40, tilt_deg=0))
    assert len(lesson.camera.told) == told


async def test_the_page_is_told_how_far_the_camera_turns_once_a_leg(lesson: Lesson) -> None:
    lesson.session.tick(time.monotonic() + 1)
    lesson.session.tick(time.monotonic() + 2)
    reach = [told for told in lesson.host.leg.sent if isinstance(told, Reach)]
    assert [(one.pan_min_deg, one.pan_max_deg, one.most_zoom) for one in reach] == [(-170, 170, 12)]


@pytest.mark.parametrize(
    "aim",
    [
        '"pan_deg":361,"tilt_deg":0',
        '"pan_deg":0,"tilt_deg":-91',
        '"pan_deg":0,"tilt_deg":0,"zoom":0.5',
        '"pan_deg":0,"tilt_deg":0,"zoom":1e9',
        '"pan_deg":"left","tilt_deg":0',
        '"pan_deg":NaN,"tilt_deg":0',
        '"tilt_deg":0',
    ],
)
def test_an_aim_that_makes_no_sense_is_no_message(aim: str) -> None:
    with pytest.raises(m.MessageError):
        m.Decoder(m.FromPupil | FromSeat)('{"type":"aim","seq":1,' + aim + "}")
