"""The camera that looks away: nothing late brings it back, and it comes back by itself."""

import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from config.settings import Settings, parse
from hardware.camera import Position, open_camera
from hardware.motion import Health
from klasgenoot.camera_operator import CameraOperator
from klasgenoot.following import Following
from klasgenoot.presets import PARKING, Presets
from klasgenoot.room.desk import RoomDesk
from klasgenoot.room.moving import ARRIVING_S
from klasgenoot.room.network_watch import Network, Route
from klasgenoot.room.parking import Parking
from signaling import messages as m
from signaling.messages_room import EnterRoom, RoomKey, RoomScreen

AWAY = Position(170.0, -30.0, 1.0)


class Head:
    """A camera that turns at once, or not at all while `stuck`; notes what it is told."""

    def __init__(self) -> None:
        self.profile = open_camera("none", "", 9600, "evi-d100").profile
        self.looks: Position | None = Position(10.0, -3.0, 2.0)
        self.told: list[tuple] = []
        self.stuck = False

    def position(self) -> Position | None:
        return self.looks

    def health(self) -> Health:
        return Health("ready", "")

    def move_to(self, pan: float, tilt: float, zoom: float | None) -> None:
        self.told.append(("move_to", pan, tilt, zoom))
        if not self.stuck and self.looks is not None:
            pan, tilt = self.profile.clamp_pan(pan), self.profile.clamp_tilt(tilt)
            self.looks = Position(pan, tilt, zoom or self.looks.zoom)

    def home(self) -> None:
        self.told.append(("home",))
        self.looks = Position(0.0, 0.0, 1.0)

    def stop(self) -> None:
        self.told.append(("stop",))

    def drive(self, *speeds: float) -> None:
        self.told.append(("drive", *speeds))


@pytest.fixture
def head() -> Head:
    return Head()


@pytest.fixture
def operator(head: Head, tmp_path: Path) -> CameraOperator:
    presets = Presets(tmp_path, "lokaal 3")
    return CameraOperator(head, presets, Following(lambda: None, head), lambda: None)


def test_it_goes_as_far_as_the_model_can_and_comes_back(head: Head) -> None:
    one = Parking(head)
    one.begin(AWAY, "curtain", 0.0)
    assert one.on and one.there
    assert head.looks == Position(100.0, -25.0, 2.0)  # an EVI-D100 turns no further
    one.end(1.0)
    assert head.looks == Position(10.0, -3.0, 2.0)
    assert not one.on


LATE = (
    m.Steer(seq=9, pan=1, tilt=0, zoom=0),
    m.Steer(seq=9, pan=0, tilt=0, zoom=0),
    m.Look(seq=9, x=0.2, y=0.2),
    m.Home(seq=9),
    m.Preset(seq=9, number=1),
    m.Preset(seq=9, number=1, store=True),
    m.Preset(seq=9, number=PARKING, store=True),
    m.Follow(seq=9, on=True),
)


@pytest.mark.parametrize("late", LATE, ids=lambda message: type(message).__name__)
def test_no_late_command_of_the_pupil_reaches_it(
    head: Head, operator: CameraOperator, late: m.Message
) -> None:
    operator.park(AWAY, "curtain")
    head.told.clear()
    assert operator.obey(late, "klas") is None  # type: ignore[arg-type]
    operator.look(0.1, 0.1, 1.0)
    operator.stop()  # a leg that goes, a fault in a handler
    operator.new_leg()
    operator.let_go()
    assert head.told == [], "the way to the parking place ends by itself"
    assert operator.parking.there


def test_one_that_was_stopped_on_its_way_is_sent_again(head: Head) -> None:
    head.stuck = True
    one = Parking(head)
    one.begin(AWAY, "curtain", 0.0)
    head.told.clear()
    for tenth in range(12):
        one.tick(tenth / 10)
    assert head.told == []
    head.stuck = False
    for tenth in range(12, 40):
        one.tick(tenth / 10)
    assert [told[0] for told in head.told] == ["move_to"]
    assert one.there


def test_a_way_back_that_was_lost_is_begun_again(head: Head) -> None:
    one = Parking(head)
    one.begin(AWAY, "curtain", 0.0)
    head.told.clear()
    head.stuck = True  # the line fell silent just then, and its command with it
    one.end(0.0)
    assert one.on_its_way and not one.on
    for tenth in range(1, 12):
        one.tick(tenth / 10)
    assert len(head.told) == 1
    head.stuck = False
    for tenth in range(12, 40):
        one.tick(tenth / 10)
    assert len(head.told) == 2 and head.looks == Position(10.0, -3.0, 2.0)
    assert not one.on_its_way


def test_a_head_that_cannot_come_back_is_left_after_a_while(head: Head) -> None:
    one = Parking(head)
    one.begin(AWAY, "curtain", 0.0)
    head.stuck = True
    one.end(0.0)
    for tenth in range(200):
        one.tick(tenth / 10)
    assert not one.on_its_way
    told = len(head.told)
    one.tick(60.0)
    assert len(head.told) == told < 15


def test_a_line_silent_when_the_curtain_closes_costs_no_place(head: Head) -> None:
    one = Parking(head)
    one.tick(0.0)
    looked, head.looks = head.looks, None
    one.begin(AWAY, "curtain", 0.1)
    head.looks = Position(0.0, 0.0, 1.0)
    one.tick(0.2)
    one.end(0.3)
    assert head.looks == looked


def test_whoever_turns_it_on_its_way_back_is_obeyed(head: Head, operator: CameraOperator) -> None:
    operator.park(AWAY, "curtain")
    head.stuck = True
    operator.unpark()
    head.told.clear()
    operator.new_leg()
    operator.obey(m.Steer(seq=1, pan=0, tilt=0, zoom=0), "klas")  # a key let go late
    assert head.told == [], "the way back ends by itself"
    operator.obey(m.Steer(seq=2, pan=1, tilt=0, zoom=0), "klas")
    operator.parking.tick(time.monotonic() + 5)
    operator.stop()
    assert [told[0] for told in head.told] == ["drive", "stop"]


def test_a_curtain_closed_on_the_way_back_keeps_the_place_it_was_going_to(head: Head) -> None:
    one = Parking(head)
    one.begin(AWAY, "curtain", 0.0)
    head.stuck = True
    one.end(0.0)
    one.begin(AWAY, "curtain", 0.1)
    head.stuck = False
    one.end(0.2)
    assert head.looks == Position(10.0, -3.0, 2.0)


def test_one_that_does_not_say_where_it_looks(head: Head) -> None:
    head.looks = None
    one = Parking(head)
    one.begin(AWAY, "curtain", 0.0)
    one.tick(50.0)
    assert [told[0] for told in head.told] == ["stop", "move_to"]
    one.end(60.0)
    assert head.told[-1] == ("home",)


def test_the_pupil_cannot_teach_where_it_parks(operator: CameraOperator, tmp_path: Path) -> None:
    later = operator.obey(m.Preset(seq=1, number=PARKING, store=True), "klas")
    assert later is not None
    later.close()
    assert Presets(tmp_path, "lokaal 3").parking is None


def test_the_monteur_teaches_it_for_every_room(tmp_path: Path) -> None:
    presets = Presets(tmp_path, "lokaal 3")
    assert presets.store_parking(Position(45.0, 5.0, 1.0))
    for number in range(70):  # more rooms than are kept
        presets.enter(f"lokaal {number}")
        presets.store(1, Position(1.0, 0.0, 1.0))
    again = Presets(tmp_path, "lokaal 9")
    assert again.parking == Position(45.0, 5.0, 1.0)
    assert again.rooms[0] == "lokaal 69"
    assert "*" not in again.rooms


# --- the desk: whatever withholds the room turns the camera away ---------------------------------


class Desk:
    def __init__(self, folder: Path, operator: CameraOperator, head: Head, **unit: str) -> None:
        self.screens: list[RoomScreen] = []
        self.left: list[str] = []
        tables = {"unit": {"state_dir": str(folder), "room": "3", "rooms": "4, 5", **unit}}
        host = SimpleNamespace(to_kiosk=self._to_kiosk, leave=self.left.append)
        self.settings: Settings = parse(tables)
        self.head = head
        self.presets = Presets(folder, "3")
        self.desk = RoomDesk(self.settings, host, operator, self.presets)
        self.now = time.monotonic()

    def _to_kiosk(self, message: m.Message) -> bool:
        assert isinstance(message, RoomScreen)
        self.screens.append(message)
        return True

    def tick(self, seconds: float = 0.1) -> None:
        self.now += seconds
        self.desk.tick(self.now, True)


@pytest.fixture
def room(tmp_path: Path, operator: CameraOperator, head: Head) -> Desk:
    return Desk(tmp_path, operator, head)


async def test_curtain_and_move_together_come_back_once(room: Desk) -> None:
    room.desk.press("curtain")
    room.desk.press("move")
    assert room.desk.moving_away
    room.desk.handle(RoomKey(action="stay"))
    assert not room.desk.moving_away
    assert room.screens[-1].turned_away, "the curtain is still closed"
    room.desk.press("curtain")
    assert not room.screens[-1].turned_away
    assert room.head.looks == Position(10.0, -3.0, 2.0)


async def test_in_the_next_room_it_looks_ahead_with_that_rooms_places(room: Desk) -> None:
    room.presets.enter("5")
    room.presets.store(1, Position(33.0, 0.0, 1.0))
    room.presets.enter("3")
    room.desk.press("move")
    room.desk.handle(RoomKey(action="there"))
    assert room.screens[-1].moving == "arrived"
    assert room.head.looks == Position(0.0, 0.0, 1.0)
    room.desk.handle(EnterRoom(room="99"))
    assert room.screens[-1].moving == "arrived", "a room that was not on the screen"
    room.desk.handle(EnterRoom(room="5"))
    assert (room.screens[-1].moving, room.screens[-1].room) == ("here", "5")
    assert room.presets.taught == (1,)
    assert room.screens[-1].rooms == ("4", "5", "3")


async def test_a_network_that_comes_is_the_next_room_unless_somebody_says_no(room: Desk) -> None:
    nothing, cable = Network((), None), Network(("10.0.0.2",), Route(100, "eth0", "10.0.0.1"))
    room.desk.network(cable, nothing)
    assert not room.desk.moving_away, "a lesson is not moved by it"
    room.desk.press("move")
    room.desk.network(nothing, cable)
    assert room.desk.moving.state == "parked"
    room.desk.network(cable, nothing)
    room.tick()
    assert room.screens[-1].moving == "arriving"
    assert room.screens[-1].arriving_left_ms == pytest.approx(15_000, abs=1000)
    room.desk.handle(RoomKey(action="not_yet"))
    room.tick(60)
    assert room.screens[-1].moving == "parked"
    room.now = time.monotonic()
    room.desk.network(cable, nothing)
    room.tick(ARRIVING_S + 0.1)
    assert room.screens[-1].moving == "arrived"
    assert not room.desk.moving_away
    assert room.head.looks == Position(0.0, 0.0, 1.0)


async def test_a_set_that_was_stopped_in_good_order_looks_ahead_again(room: Desk) -> None:
    room.head.looks = Position(100.0, -25.0, 1.0)
    room.tick()
    assert room.head.looks == Position(0.0, 0.0, 1.0)
    room.head.looks = Position(100.0, -25.0, 1.0)  # the pupil may look there, too
    room.tick()
    assert room.head.looks == Position(100.0, -25.0, 1.0)


async def test_without_a_poweroff_file_the_screen_says_so(room: Desk) -> None:
    room.desk.press("shutdown")
    await _until(lambda: room.desk.off == "demo")
    assert room.left == ["bye_off"]
    room.desk.handle(RoomKey(action="awake"))
    assert room.desk.off == "on"


async def test_a_poweroff_file_that_cannot_be_made_is_told(
    tmp_path: Path, operator: CameraOperator, head: Head
) -> None:
    room = Desk(tmp_path, operator, head, poweroff_file="/nowhere/at/all/poweroff")
    room.desk.press("move")
    room.desk.press("shutdown")
    await _until(lambda: room.desk.off == "failed")
    assert room.left == ["moving"], "the pupil waits for the next room"
    room.desk.handle(RoomKey(action="awake"))
    assert room.desk.moving.state == "parked"


async def test_the_poweroff_file_is_made_once_the_camera_looks_away(
    tmp_path: Path, operator: CameraOperator, head: Head
) -> None:
    path = tmp_path / "poweroff"
    room = Desk(tmp_path, operator, head, poweroff_file=str(path))
    room.desk.press("shutdown")
    await _until(path.exists)
    assert head.looks == Position(100.0, -25.0, 2.0)
    room.tick(61.0)
    assert room.desk.off == "failed", "nobody acted on it"


async def test_the_times_are_no_reason_to_send_again(room: Desk) -> None:
    room.desk.press("curtain")
    room.tick()
    sent = len(room.screens)
    for _ in range(20):
        room.tick()
    assert len(room.screens) == sent
    room.desk.handle(RoomKey(action="keep"))
    assert len(room.screens) == sent + 1


async def _until(condition) -> None:
    import asyncio

    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)
