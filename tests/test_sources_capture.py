import asyncio
import queue
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

from klasgenoot.media import capture as capture_module
from klasgenoot.media.capture import TRANSITIONS, NewestFrame
from klasgenoot.media.frame import Picture
from klasgenoot.media.source import SourceError

Step = int | Exception


class FakeCamera:
    """Gives a picture, or fails, for each step put in; counts from 0 like a real source."""

    def __init__(self) -> None:
        self.steps: queue.Queue[Step] = queue.Queue()
        self.opened = self.closed = self.sequence = 0
        self.refuse: list[SourceError] = []

    def factory(self) -> "FakeCamera":
        if self.refuse:
            raise self.refuse.pop(0)
        self.opened += 1
        self.sequence = 0
        return self

    def open(self) -> None:
        raise AssertionError("the factory has opened it")

    def read(self) -> Picture:
        step = self.steps.get()
        if isinstance(step, Exception):
            raise step
        self.sequence += 1
        return Picture(np.full((3, 2), step, np.uint8), 2, 2, time.monotonic(), self.sequence - 1)

    def close(self) -> None:
        self.closed += 1


class Health:
    """All changes of health, and a way to wait for one."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str | None]] = []
        self._changed = threading.Condition()

    def __call__(self, state: str, code: str | None) -> None:
        with self._changed:
            self.seen.append((state, code))
            self._changed.notify_all()

    def wait_for(self, state: str, code: str | None = None) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: (state, code) in self.seen, 5), self.seen


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.001)


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> FakeCamera:
    monkeypatch.setattr(capture_module, "BACKOFF_S", 0.01)
    monkeypatch.setattr(capture_module, "LONGEST_BACKOFF_S", 0.02)
    return FakeCamera()


def level(picture: Picture | None) -> int:
    assert picture is not None
    return int(picture.i420[0, 0])


async def test_only_the_newest_picture_is_kept(camera: FakeCamera) -> None:
    capture = NewestFrame(camera.factory, Health())
    assert capture.newest() is None
    for n in range(50):
        camera.steps.put(n)
    capture.start()
    wait_until(lambda: capture.newest() is not None and level(capture.newest()) == 49)
    picture = await capture.next(-1)
    assert level(picture) == 49, "the old ones are gone"
    waiting = asyncio.create_task(capture.next(picture.sequence))
    await asyncio.sleep(0)
    assert not waiting.done(), "there is no second picture in store"
    camera.steps.put(50)
    assert level(await asyncio.wait_for(waiting, 2)) == 50
    camera.steps.put(SourceError("camera_stopped", "end"))
    capture.stop()


async def test_many_wait_and_one_may_give_up(camera: FakeCamera) -> None:
    capture = NewestFrame(camera.factory, Health())
    capture.start()
    waiting = [asyncio.create_task(capture.next(-1)) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.wait(waiting[:1])
    camera.steps.put(7)
    assert [level(await asyncio.wait_for(w, 2)) for w in waiting[1:]] == [7, 7]
    assert not capture._waiters
    camera.steps.put(SourceError("camera_stopped", "end"))
    capture.stop()


async def test_waking_takes_no_longer_than_a_moment(camera: FakeCamera) -> None:
    capture = NewestFrame(camera.factory, Health())
    capture.start()
    late, sequence = [], -1
    for n in range(30):
        waiting = asyncio.create_task(capture.next(sequence))
        await asyncio.sleep(0)
        camera.steps.put(n)
        picture = await asyncio.wait_for(waiting, 2)
        late.append(time.monotonic() - picture.captured_at)
        sequence = picture.sequence
    assert sorted(late)[15] < 0.02, "woken, not polled"
    camera.steps.put(SourceError("camera_stopped", "end"))
    capture.stop()


async def test_a_camera_that_fails_is_opened_again(camera: FakeCamera) -> None:
    health = Health()
    camera.refuse = [SourceError("camera_absent", "plug in"), SourceError("camera_taken", "close")]
    capture = NewestFrame(camera.factory, health)
    camera.steps.put(1)
    camera.steps.put(2)
    capture.start()
    health.wait_for("running")
    wait_until(lambda: level(capture.newest()) == 2)
    before = capture.newest()
    camera.steps.put(SourceError("camera_stopped", "cable"))
    camera.steps.put(RuntimeError("a bug in the driver"))
    camera.steps.put(3)
    assert before is not None
    picture = await asyncio.wait_for(capture.next(before.sequence), 5)
    assert level(picture) == 3
    assert picture.sequence == before.sequence + 1, "the count goes on over a reopening"
    health.wait_for("failed", "camera_fault_RuntimeError")
    assert camera.opened == 3
    assert camera.closed == 2
    assert health.seen[0] == ("opening", None)
    codes = [code for state, code in health.seen if state == "failed"]
    assert codes == ["camera_absent", "camera_taken", "camera_stopped", "camera_fault_RuntimeError"]
    assert health.seen.count(("running", None)) == 2, "a change is told once"
    camera.steps.put(SourceError("camera_stopped", "end"))
    capture.stop()


def test_a_camera_that_hangs_has_stopped(
    camera: FakeCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capture_module, "STALL_S", 0.03)
    health = Health()
    capture = NewestFrame(camera.factory, health)
    camera.steps.put(1)
    capture.start()
    health.wait_for("running")
    health.wait_for("stalled", "camera_stopped")
    health.seen.clear()
    camera.steps.put(2)
    health.wait_for("running")
    camera.steps.put(SourceError("camera_stopped", "end"))
    capture.stop()


async def test_stop_is_bounded_while_the_driver_hangs(
    camera: FakeCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capture_module, "STOP_S", 0.1)
    health = Health()
    capture = NewestFrame(camera.factory, health)
    capture.start()
    waiting = asyncio.create_task(capture.next(-1))
    await asyncio.sleep(0)
    begin = time.monotonic()
    capture.stop()
    assert time.monotonic() - begin < 0.5
    with pytest.raises(SourceError) as caught:
        await asyncio.wait_for(waiting, 2)
    assert caught.value.code == "capture_stopped"
    with pytest.raises(SourceError):
        await capture.next(-1)
    camera.steps.put(9)  # the driver comes back: nobody may notice
    wait_until(lambda: camera.closed == 1)
    assert capture.newest() is None
    assert health.seen[-1] == ("stopped", None)
    capture.stop()


def test_the_table_has_no_dead_end() -> None:
    states = {state for state, _ in TRANSITIONS} | set(TRANSITIONS.values())
    assert all((state, "stop") in TRANSITIONS for state in states)
    capture = NewestFrame(FakeCamera, Health())
    with pytest.raises(RuntimeError, match="picture cannot happen while off"):
        capture._happened("picture")


def test_stop_before_start_is_harmless() -> None:
    NewestFrame(FakeCamera, Health()).stop()
