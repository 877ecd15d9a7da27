"""The agent as a service: ready when it is, alive while it is, not started again for nothing."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench.notify_listener import Listener
from bench.stage import new_demo
from klasgenoot.situation import Part
from klasgenoot.upkeep.notify import Notifier
from klasgenoot.upkeep.service import Service, read_status, status_line
from klasgenoot.upkeep.watchdog import HUNG_S, Beat, hung
from tests.test_situation import WELL


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    one = Listener(tmp_path / "notify")
    yield one
    one.close()


def environment(listener: Listener, **more: str) -> dict[str, str]:
    return {"NOTIFY_SOCKET": str(listener.path), **more}


def test_a_notifier_says_what_it_is_told(listener: Listener) -> None:
    one = Notifier(environment(listener, WATCHDOG_USEC="30000000"))
    assert (one.heard, one.watchdog_s) == (True, 30.0)
    one.send("READY=1", "STATUS=klaar")
    assert listener.wait("STATUS=")[1] == "STATUS=klaar"
    one.close()


def test_an_abstract_socket() -> None:
    name = f"klasgenoot-test-{os.getpid()}"
    abstract = Listener("\0" + name)
    one = Notifier({"NOTIFY_SOCKET": "@" + name})
    one.send("READY=1")
    assert abstract.wait("READY=1")
    one.close()
    abstract.close()


@pytest.mark.parametrize(
    "rubbish",
    [
        {},
        {"NOTIFY_SOCKET": ""},
        {"NOTIFY_SOCKET": "vsock:2:1"},
        {"NOTIFY_SOCKET": "/nowhere/at/all", "WATCHDOG_USEC": "-1"},
        {"NOTIFY_SOCKET": "/" + "x" * 500, "WATCHDOG_USEC": "many"},
        {"NOTIFY_SOCKET": "/tmp", "WATCHDOG_USEC": "٣", "WATCHDOG_PID": "x"},
        {"NOTIFY_SOCKET": "/tmp", "WATCHDOG_USEC": "5", "WATCHDOG_PID": "1"},
    ],
)
def test_nobody_listens_or_rubbish_says_so(rubbish: dict[str, str]) -> None:
    one = Notifier(rubbish)
    one.send("READY=1")
    assert one.watchdog_s == 0
    one.close()


def test_a_thread_that_hangs_is_found_and_an_absent_part_is_not() -> None:
    now = 1000.0
    fresh, old = now - 1, now - HUNG_S - 1
    assert hung([Beat("camera", True, fresh), Beat("serial", True, fresh)], now) == ()
    assert hung([Beat("camera", True, old), Beat("serial", True, fresh)], now) == ("camera",)
    # It looks for a part that is not there: it goes round.
    assert hung([Beat("camera", False, fresh)], now) == ()
    # It hung from the start: the next process would hang too.
    assert hung([Beat("camera", False, old)], now) == ()
    assert hung([Beat("serial", True, 0.0)], now) == ()  # a driver without a thread


def test_the_watchdog_is_fed_until_a_thread_hangs(listener: Listener) -> None:
    beats = [Beat("camera", True, 100.0)]
    one = Service(Notifier(environment(listener, WATCHDOG_USEC="30000000")), lambda: beats)
    one.tick(100.0)
    listener.wait("READY=1")
    listener.wait("WATCHDOG=1")
    listener.forget()
    one.tick(101.0)  # too soon for another
    one.tick(100.0 + HUNG_S + 6)
    with pytest.raises(AssertionError):
        listener.wait("WATCHDOG=1", 0.2)
    beats[0] = replace(beats[0], at=130.0)
    one.tick(130.0)
    listener.wait("WATCHDOG=1")


def test_the_status_line_is_read_back() -> None:
    line = status_line(replace(WELL, light=Part(False, "light_absent"), ptz=Part()))
    said = read_status(line)
    assert said["state"] == "ready"
    assert said["light"] == "wrong:light_absent"
    assert (said["camera"], said["ptz"]) == ("ok", "unknown")
    assert read_status("no = line\0 =x a b==") == {"b": "="}


def test_the_agent_says_that_it_is_ready_and_how_it_is(listener: Listener, tmp_path: Path) -> None:
    demo = new_demo(tmp_path / "demo")
    demo.unit.say_to(Path(listener.path), watchdog_s=1.2)
    try:
        demo.start()
        listener.wait("READY=1")
        assert read_status(listener.wait("STATUS=state=ready")[1])["camera"] == "ok"
        listener.forget()
        listener.wait("WATCHDOG=1")  # again and again
        # No light, no camera's head: absent parts are told, and the agent stays alive.
        demo.set.kill()
        line = listener.wait("STATUS=", part="ptz=wrong:ptz_absent")[1]
        assert "state=ready" in line
        listener.forget()
        listener.wait("WATCHDOG=1")
        assert demo.unit.process is not None
        demo.unit.process.send_signal(15)
        listener.wait("STOPPING=1")
    finally:
        demo.stop()
