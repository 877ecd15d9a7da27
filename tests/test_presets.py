"""The taught places on disk: per room, through a restart, and whatever is in the file."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.motion import Position
from klasgenoot.presets import Presets

PLACE = Position(-31.5, 4.25, 3.0)


def test_places_survive_a_restart_and_are_kept_a_room(tmp_path: Path) -> None:
    assert Presets(tmp_path, "1a").store(2, PLACE)
    assert Presets(tmp_path, "1b").store(1, Position(5, 5, 1))
    again = Presets(tmp_path, "1a")
    assert again.taught == (2,)
    assert again.get(2) == PLACE
    assert again.get(1) is None
    assert Presets(tmp_path, "1b").taught == (1,)
    assert Presets(tmp_path, "aula").taught == ()


def test_a_place_is_taught_anew(tmp_path: Path) -> None:
    presets = Presets(tmp_path, "")
    presets.store(1, PLACE)
    presets.store(1, Position(1, 2, 5))
    assert Presets(tmp_path, "").get(1) == Position(1, 2, 5)
    assert not [path for path in tmp_path.iterdir() if path.name != "presets.json"]


def test_the_file_stays_small_and_keeps_the_rooms_taught_last(tmp_path: Path) -> None:
    for number in range(70):
        Presets(tmp_path, f"lokaal {number}").store(1, PLACE)
    assert Presets(tmp_path, "lokaal 0").taught == ()
    assert Presets(tmp_path, "lokaal 69").taught == (1,)
    assert len(json.loads((tmp_path / "presets.json").read_text())["rooms"]) == 64


def test_a_folder_that_cannot_be_written_is_said_so_and_the_place_lasts(tmp_path: Path) -> None:
    presets = Presets(tmp_path / "absent", "")
    assert not presets.store(1, PLACE)
    assert presets.get(1) == PLACE


SENSE = {"pan_deg": 1, "tilt_deg": 2, "zoom": 3}


@pytest.mark.parametrize(
    "wrong",
    [
        {**SENSE, "pan_deg": 361},
        {**SENSE, "zoom": 0.5},
        {**SENSE, "tilt_deg": "up"},
        {**SENSE, "tilt_deg": None},
        {"pan_deg": 1},
        [1, 2, 3],
        None,
        7,
    ],
)
def test_a_place_that_makes_no_sense_costs_none_of_the_others(
    tmp_path: Path, wrong: object
) -> None:
    rooms = {"": {"1": wrong, "2": SENSE, "17": SENSE, "0": SENSE, "x": SENSE}, "b": wrong}
    (tmp_path / "presets.json").write_text(json.dumps({"rooms": rooms}))
    assert Presets(tmp_path, "").taught == (2,)


@pytest.mark.parametrize(
    "rubbish",
    [
        *(b"", b"\0" * 50, b"{", b"[]", b"null", b'{"rooms":[]}', b'{"rooms":7}', b"[" * 99_999),
        b'{"rooms":{"' + b"a" * 200_000 + b'":{}}}',
    ],
)
def test_a_file_of_rubbish_counts_as_empty_and_is_replaced(tmp_path: Path, rubbish: bytes) -> None:
    (tmp_path / "presets.json").write_bytes(rubbish)
    presets = Presets(tmp_path, "")
    assert presets.taught == ()
    assert presets.store(1, PLACE)
    assert Presets(tmp_path, "").get(1) == PLACE


@given(st.binary(max_size=200))
def test_no_bytes_stop_the_set(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("set")
    (folder / "presets.json").write_bytes(data)
    assert Presets(folder, "").taught == ()
