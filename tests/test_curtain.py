"""The curtain opens by touch, or announced; never unknown for how long, never unseen."""

from pathlib import Path

import pytest

from klasgenoot.room.curtain import WARN_S, Curtain


def closed(folder: Path, after_s: float = 600.0) -> Curtain:
    one = Curtain(folder, after_s)
    one.turn(100.0)
    assert one.closed
    return one


def test_it_opens_after_its_time(tmp_path: Path) -> None:
    one = closed(tmp_path)
    assert not any(one.tick(now, True) for now in (100, 400, 690, 699.9))
    assert one.tick(700.0, True)
    assert not one.closed
    assert one.opens_at is None
    assert not one.tick(701.0, True)


def test_zero_is_never(tmp_path: Path) -> None:
    one = closed(tmp_path, 0)
    assert one.opens_at is None
    assert not one.tick(1e9, True)
    one.keep(1e9)
    assert one.opens_at is None


def test_still_closed_a_while(tmp_path: Path) -> None:
    one = closed(tmp_path)
    one.keep(680.0)
    assert not one.tick(700.0, True)
    assert one.tick(1280.0, True)


def test_without_a_screen_nobody_is_warned_and_it_waits(tmp_path: Path) -> None:
    one = closed(tmp_path)
    assert not any(one.tick(600 + second, False) for second in range(300))
    back = 900.0
    assert not any(one.tick(back + second, True) for second in range(int(WARN_S) - 1))
    assert one.tick(back + WARN_S, True)


def test_after_a_restart_only_a_touch_opens_it(tmp_path: Path) -> None:
    closed(tmp_path).remember()
    one = Curtain(tmp_path, 600.0)
    assert one.closed and one.restarted
    one.keep(0.0)
    assert one.opens_at is None, "nobody knows for how long it was closed"
    assert not one.tick(1e9, True)
    one.turn(5.0)
    assert not one.closed and not one.restarted
    one.turn(6.0)
    assert one.opens_at == 606.0


@pytest.mark.parametrize("rubbish", [b"", b"closed", b"op", b"\x00" * 100, b"OPEN"])
def test_anything_but_open_is_closed(tmp_path: Path, rubbish: bytes) -> None:
    (tmp_path / "curtain").write_bytes(rubbish)
    one = Curtain(tmp_path, 600.0)
    assert one.closed
    assert not one.tick(1e9, True)


def test_keeping_an_open_curtain_changes_nothing(tmp_path: Path) -> None:
    one = Curtain(tmp_path, 600.0)
    one.keep(0.0)
    assert not one.closed
    assert one.opens_at is None
