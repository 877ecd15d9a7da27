"""Room change: the table of states, what is remembered, and rubbish in the file."""

import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klasgenoot.room.desk import recall
from klasgenoot.room.moving import ARRIVED_S, ARRIVING_S, TABLE, Event, Moving, Remembered
from signaling.messages_room import MovingState

EVENTS = ("move", "booted", "network", "there", "stay", "not_yet", "room", "late")


def make(state: str = "here", room: str = "3", boot: str = "old", setting: str = "3") -> Moving:
    remembered = Remembered(state=state, room=room, setting="3", boot="old")  # type: ignore[arg-type]
    return Moving(remembered, setting, boot, 0.0)


def through(*events: Event) -> Moving:
    one = make()
    for event in events:
        one.handle(event, 10.0)
    return one


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ((), "here"),
        (("move",), "parked"),
        (("move", "move"), "parked"),
        (("move", "stay"), "here"),
        (("move", "booted"), "arrived"),
        (("move", "there"), "arrived"),
        (("move", "network"), "arriving"),
        (("move", "network", "not_yet"), "parked"),
        (("move", "network", "late"), "arrived"),
        (("move", "network", "room"), "here"),
        (("move", "network", "network"), "arriving"),
        (("move", "booted", "room"), "here"),
        (("move", "booted", "stay"), "here"),
        (("move", "booted", "late"), "here"),
        (("move", "booted", "move"), "parked"),
        (("network",), "here"),
        (("booted",), "here"),
        (("late",), "here"),
        (("room",), "here"),
        (("not_yet",), "here"),
    ],
)
def test_the_states(events: tuple[Event, ...], state: MovingState) -> None:
    assert through(*events).state == state


def test_nothing_is_shown_between_two_rooms() -> None:
    assert [make(state).withheld for state in ("here", "parked", "arrived")] == [False, True, False]
    assert through("move", "network").withheld


@given(st.lists(st.sampled_from(EVENTS)))
def test_every_way_leads_home(events: list[Event]) -> None:
    one = through(*events)
    for event in ("there", "room"):
        one.handle(event, 10.0)
    assert one.state == "here"
    assert {target for target in TABLE.values()} == {"here", "parked", "arriving", "arrived"}


def test_a_network_that_came_waits_for_a_word() -> None:
    one = through("move", "network")
    assert not one.tick(10 + ARRIVING_S - 0.1)
    assert one.left_s(10 + ARRIVING_S - 1) == pytest.approx(1)
    assert one.tick(10 + ARRIVING_S)
    assert one.state == "arrived"


def test_nobody_says_which_room_it_is() -> None:
    one = through("move", "booted")
    assert one.tick(10 + ARRIVED_S)
    assert (one.state, one.room) == ("here", "")


def test_the_room_that_is_chosen() -> None:
    one = through("move", "booted")
    assert one.enter("12", 11.0)
    assert (one.state, one.room) == ("here", "12")
    assert not one.enter("13", 12.0), "nobody asked"
    assert one.room == "12"


@pytest.mark.parametrize(
    ("state", "boot", "expected"),
    [
        ("parked", "new", "arrived"),
        ("parked", "old", "parked"),  # the agent was started again, the machine was not
        ("arrived", "new", "arrived"),
        ("here", "new", "here"),
    ],
)
def test_only_another_start_of_the_machine_is_an_arrival(
    state: str, boot: str, expected: str
) -> None:
    assert make(state, boot=boot).state == expected


def test_what_is_remembered_survives() -> None:
    one = make()
    one.handle("move", 1.0)
    one.handle("network", 2.0)
    again = msgspec.json.decode(msgspec.json.encode(one.remembered()), type=Remembered)
    assert Moving(again, "3", "old", 0.0).state == "parked"
    assert Moving(again, "3", "new", 0.0).state == "arrived"


def test_a_room_in_the_settings_that_changed_counts() -> None:
    assert make(room="12").room == "12"
    assert make(room="12", setting="7").room == "7"
    assert Moving(None, "7", "", 0.0).room == "7"


@given(st.binary(max_size=300))
def test_rubbish_in_the_file_is_nothing(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("room")
    (folder / "room.json").write_bytes(data)
    assert recall(folder) is None


@pytest.mark.parametrize(
    "data", [b"{}", b'{"state":"live","room":"","setting":"","boot":""}', b"[" * 5000, b"\xff" * 99]
)
def test_more_rubbish(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "room.json").write_bytes(data)
    assert recall(tmp_path) is None
    (tmp_path / "room.json").unlink()
    (tmp_path / "room.json").mkdir()
    assert recall(tmp_path) is None


def test_time_is_what_it_is_told() -> None:
    before = time.monotonic()
    assert through("move").left_s(before) is None
