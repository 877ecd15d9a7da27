"""Curtain, room change and switching off in two real browsers, with a head that really turns.

Every state of both pages is looked at: a picture in the test's own folder, no barrier (axe), no
words outside the screen.
"""

import json
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, WebSocketRoute, expect

from bench.stage import Stage, stage
from hardware.pose import PoseReader
from tests.conftest import Lesson, in_class, wait_for

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
KIOSK_SIZES = ((1920, 1080), (1280, 720))
HOME_SIZES = ((1280, 720), (1024, 768))
AWAY_DEG = 60.0
PARKING = {"CURTAIN_PARKING_PAN_DEG": str(AWAY_DEG), "CURTAIN_PARKING_TILT_DEG": "-20"}
ROOMS = {"UNIT_ROOM": "Lokaal 12", "UNIT_ROOMS": "Lokaal 14, Gymzaal, Handvaardigheid en techniek"}


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = os.environ.get("SCREENSHOTS")
    return Path(folder) if folder else tmp_path_factory.mktemp("room")


@pytest.fixture
def lesson(play: Playwright, request: pytest.FixtureRequest) -> Iterator[Lesson]:
    """A lesson of its own: what is moved or switched off here stays so for a while."""
    settings = getattr(request, "param", {})
    with stage(play, **PARKING, **ROOMS, **settings) as one:
        lesson = in_class(one)
        wait_for(lesson.picture_is_fresh, what="the picture")
        yield lesson


def look_at(page: Page, shots: Path, name: str) -> None:
    kiosk = page.evaluate("document.querySelector('#leerling-video') !== null")
    before = page.viewport_size
    for width, height in KIOSK_SIZES if kiosk else HOME_SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=shots / f"{name}_{width}.png")
        assert overflows(page) == [], f"{name} at {width}"
        if AXE.exists():
            assert barriers(page) == [], f"{name} at {width}"
    assert before is not None
    page.set_viewport_size(before)


def barriers(page: Page) -> list[str]:
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document)")["violations"]
    return [f"{v['id']}: {node['html'][:120]}" for v in found for node in v["nodes"]]


def overflows(page: Page) -> list[str]:
    return page.evaluate(
        """() => [...document.querySelectorAll('h1, h2, p, li, button')].filter((e) => {
          if (e.offsetParent === null || e.closest('.spoken')) return false;
          const box = e.getBoundingClientRect();
          return box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.left < -1
            || box.top < -1;
        }).map((e) => e.outerHTML.slice(0, 120))"""
    )


def pan(one: Stage) -> float:
    """Where the simulated head stands, degrees."""
    reader = PoseReader(one.demo.folder / "hardware" / "pose")
    try:
        return reader.read().pan_deg
    finally:
        reader.close()


def rest(one: Stage) -> float:
    """Where the head stands once it is still for 0.6 s: twice what the set takes to ask."""
    stood, since = pan(one), time.monotonic()

    def still() -> bool:
        nonlocal stood, since
        if (now := pan(one)) != stood:
            stood, since = now, time.monotonic()
        return time.monotonic() - since > 0.6

    wait_for(still, what="a head at rest")
    return stood


def looks_away(one: Stage) -> bool:
    return abs(pan(one) - AWAY_DEG) < 1.5


def press(screen: Page, action: str) -> None:
    """A button that asks back, and the answer."""
    screen.click(f"[data-action={action}]")
    screen.click("#confirm-yes")


def step(screen: Page, name: str) -> None:
    screen.wait_for_selector(f"body[data-moving='{name}']", timeout=15_000)


def waits(home: Page) -> None:
    home.wait_for_selector("body[data-state=reconnecting][data-why=moving]", timeout=10_000)


def dark(lesson: Lesson) -> None:
    """Nothing of the class is at home: no new picture, no sound."""
    wait_for(lambda: not lesson.picture_is_fresh(), what="no class picture")
    wait_for(lambda: lesson.home_hears() == 0, what="no class sound")


@pytest.mark.parametrize("lesson", [{"CURTAIN_OPENS_AFTER_MIN": "0.4"}], indirect=True)
def test_the_curtain_turns_the_camera_away_and_opens_announced(lesson: Lesson, shots: Path) -> None:
    lesson.home.click("[data-action=left]")
    lesson.home.hover("[data-action=left]")
    lesson.home.mouse.down()
    wait_for(lambda: pan(lesson.stage) < -5, what="a camera that looks elsewhere")
    lesson.home.mouse.up()
    before = rest(lesson.stage)
    lesson.screen.click("[data-action=curtain]")
    lesson.wait_state(lesson.home, "curtain")
    wait_for(lambda: looks_away(lesson.stage), what="the camera's parking place")
    dark(lesson)
    look_at(lesson.home, shots, "home-curtain")

    seen = len(lesson.commands())
    lesson.home.keyboard.press("ArrowLeft")
    expect(lesson.home.locator("#told")).to_contain_text("gordijn is dicht")
    lesson.home.evaluate("document.querySelector('[data-action=home]').disabled = false")
    lesson.home.click("[data-action=home]", force=True)  # a page that does not know yet
    time.sleep(1)
    assert looks_away(lesson.stage)
    assert not [c for c in lesson.commands()[seen:] if c.startswith("810106")]

    time_shown = lesson.screen.locator("#curtain-time")
    lesson.screen.wait_for_selector("body[data-opening=true]")
    expect(time_shown).to_have_text(re.compile(r"^1\d$"))
    look_at(lesson.screen, shots, "kiosk-curtain-opening")
    lesson.screen.keyboard.press("d")  # nog dicht houden
    expect(time_shown).to_have_text(re.compile(r"^2\d$"))
    assert lesson.state(lesson.home) == "curtain"
    lesson.wait_state(lesson.home, "live", timeout_s=30)
    wait_for(lesson.picture_is_fresh, what="the picture again")
    wait_for(lambda: abs(pan(lesson.stage) - before) < 1.5, what="where it looked before")


def test_a_restarted_set_stays_closed_and_says_so(lesson: Lesson, shots: Path) -> None:
    lesson.screen.click("[data-action=curtain]")
    expect(lesson.screen.locator("#curtain-time")).to_contain_text("over 15:00")
    look_at(lesson.screen, shots, "kiosk-curtain")
    kept = lesson.stage.demo.folder / "unit" / "curtain"
    wait_for(lambda: kept.exists() and kept.read_bytes() == b"closed")
    unit = lesson.stage.demo.unit
    unit.kill()
    unit.start()
    unit.wait_line("screen ")
    more = lesson.screen.locator("#curtain-more")
    expect(more).to_contain_text("opnieuw gestart", timeout=15_000)
    expect(lesson.screen.locator("#curtain-time")).to_be_hidden()
    expect(lesson.screen.locator("#curtain-keep")).to_be_hidden()
    look_at(lesson.screen, shots, "kiosk-curtain-restarted")
    lesson.screen.keyboard.press("c")
    lesson.wait_state(lesson.home, "live")


def test_moving_to_the_next_room(lesson: Lesson, shots: Path) -> None:
    press(lesson.screen, "move")
    step(lesson.screen, "parked")
    waits(lesson.home)
    dark(lesson)
    wait_for(lambda: looks_away(lesson.stage), what="the parking place")
    look_at(lesson.screen, shots, "kiosk-parked")
    look_at(lesson.home, shots, "home-moving")
    unit, state = lesson.stage.demo.unit, lesson.stage.demo.folder / "unit" / "room.json"
    wait_for(lambda: '"parked"' in state.read_text(), what="the way written down")
    unit.kill()  # the plug
    time.sleep(2)
    waits(lesson.home)
    powered_on_again(state)
    unit.start()
    unit.wait_line("screen ")
    step(lesson.screen, "arrived")
    lesson.wait_state(lesson.home, "live", timeout_s=20)
    wait_for(lesson.picture_is_fresh, what="the picture, by itself")
    wait_for(lambda: abs(lesson.home_hears() - 880) < 15, what="the class sound, by itself")
    look_at(lesson.screen, shots, "kiosk-arrived")
    lesson.screen.keyboard.press("2")
    lesson.screen.wait_for_selector("body[data-moving='']")
    wait_for(lambda: json.loads(state.read_text())["room"] == "Gymzaal", what="the room kept")
    lesson.wait_state(lesson.screen, "live")


def test_switched_off_on_the_way_is_no_goodbye(lesson: Lesson) -> None:
    press(lesson.screen, "move")
    waits(lesson.home)
    unit = lesson.stage.demo.unit
    unit.stop()  # as systemd does when the machine is switched off
    time.sleep(1)
    waits(lesson.home)
    powered_on_again(lesson.stage.demo.folder / "unit" / "room.json")
    unit.start()
    unit.wait_line("screen ")
    lesson.wait_state(lesson.home, "live", timeout_s=20)
    wait_for(lesson.picture_is_fresh, what="the picture, by itself")


def test_an_agent_that_is_only_restarted_has_not_arrived(lesson: Lesson) -> None:
    press(lesson.screen, "move")
    waits(lesson.home)
    unit = lesson.stage.demo.unit
    wait_for((lesson.stage.demo.folder / "unit" / "room.json").exists)
    unit.kill()
    unit.start()
    unit.wait_line("screen ")
    lesson.wait_state(lesson.screen, "curtain")  # "starting" while the agent is away
    step(lesson.screen, "parked")
    waits(lesson.home)
    assert not lesson.picture_is_fresh()
    lesson.screen.click("[data-action=stay]")
    lesson.wait_state(lesson.home, "live", timeout_s=20)
    wait_for(lesson.picture_is_fresh, what="the picture")


def test_staying_after_all(lesson: Lesson) -> None:
    press(lesson.screen, "move")
    waits(lesson.home)
    lesson.screen.click("[data-action=stay]")
    lesson.wait_state(lesson.home, "live")
    lesson.screen.wait_for_selector("body[data-moving='']")
    wait_for(lesson.picture_is_fresh, what="the picture")
    wait_for(lambda: abs(pan(lesson.stage)) < 1.5, what="where it looked")


def test_switching_off_says_goodbye(lesson: Lesson, shots: Path) -> None:
    press(lesson.screen, "shutdown")
    lesson.wait_state(lesson.home, "off")
    lesson.home.get_by_text("Tot de volgende les").first.wait_for()
    step(lesson.screen, "demo")
    look_at(lesson.screen, shots, "kiosk-off-demo")
    look_at(lesson.home, shots, "home-bye")
    assert looks_away(lesson.stage)
    lesson.screen.click("[data-action=awake]")
    lesson.home.click("[data-action=join]")
    lesson.wait_state(lesson.home, "live")


def test_the_poweroff_file_comes_after_the_goodbye(
    play: Playwright, tmp_path: Path, shots: Path
) -> None:
    path = tmp_path / "poweroff"
    with stage(play, **PARKING, UNIT_POWEROFF_FILE=str(path)) as one:
        lesson = in_class(one)
        press(lesson.screen, "shutdown")
        step(lesson.screen, "going")
        look_at(lesson.screen, shots, "kiosk-off-going")
        wait_for(path.exists, what="the poweroff file")
        assert path.read_bytes() == b"poweroff\n"
        assert looks_away(one)
        assert lesson.state(lesson.home) == "off"


def test_terminated_it_says_goodbye_looks_away_and_is_dark_within_3_s(lesson: Lesson) -> None:
    light = lesson.stage.demo.folder / "hardware" / "light" / "shown"
    lesson.home.click("[data-action=question]")
    wait_for(lambda: light.read_text().strip() != "0", what="the lamp")
    process = lesson.stage.demo.unit.process
    assert process is not None
    start = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.wait(10)
    took = time.monotonic() - start
    assert light.read_text().strip() == "0"
    assert looks_away(lesson.stage)
    lesson.wait_state(lesson.home, "off")
    lesson.home.get_by_text("De Klasgenoot in de klas is uitgezet").first.wait_for()
    assert took < 3


SHOWN = {
    "arriving": {"moving": "arriving", "arriving_left_ms": 14_000},
    "failed": {"off": "failed"},
    "arrived": {"moving": "arrived", "rooms": [f"Lokaal {n}" for n in range(101, 125)]},
}


def test_states_that_need_a_fault_or_another_network(play: Playwright, shots: Path) -> None:
    """What the agent says is changed on its way: the page is the real one."""
    with stage(play, **PARKING, **ROOMS) as one:
        screen = one.screen()
        changes: dict[str, object] = {}

        def between(page_end: WebSocketRoute) -> None:
            def told(raw: str | bytes) -> None:
                message = json.loads(raw)
                if message["type"] == "room_screen":
                    message |= changes
                page_end.send(json.dumps(message))

            page_end.connect_to_server().on_message(told)

        screen.route_web_socket("**/ws**", between)
        for name, shown in SHOWN.items():
            changes.clear()
            changes.update(shown)
            screen.reload()
            step(screen, name)
            look_at(screen, shots, f"kiosk-shown-{name}")
            screen.click("#language")
            screen.wait_for_selector("html[lang=en]")
            look_at(screen, shots, f"kiosk-shown-{name}-en")


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts in a namespace of its own")
def test_everything_but_the_state_folder_may_be_read_only(
    play: Playwright, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an installed machine is: / read-only, the state folder and the lamp's are not."""
    script = tmp_path / "read-only"
    script.write_text(_READ_ONLY)
    monkeypatch.setenv("DEMO_UNIT_PREFIX", f"unshare --mount sh {script}")
    with stage(play, **PARKING, **ROOMS) as one:
        lesson = in_class(one)
        wait_for(lesson.picture_is_fresh, what="the picture")
        lesson.screen.click("[data-action=curtain]")
        kept = one.demo.folder / "unit" / "curtain"
        wait_for(lambda: kept.exists() and kept.read_bytes() == b"closed", what="the curtain kept")
        log = (one.demo.folder / "unit.log").read_text()
        assert "Read-only" not in log


# Mounted twice, so that the flag is this namespace's own; the proof that it holds comes first.
_READ_ONLY = """
set -e
mount --make-rprivate /
for kept in "$KLASGENOOT_UNIT_STATE_DIR" "$KLASGENOOT_LIGHT_PATH"; do
  mkdir -p "$kept"
  mount --bind "$kept" "$kept"
done
for root in / /tmp /run /dev/shm; do
  if mountpoint -q "$root"; then mount -o remount,bind,ro "$root"; fi
done
if touch "$KLASGENOOT_UNIT_STATE_DIR/../probe" 2>/dev/null; then exit 1; fi
exec "$@"
"""


def powered_on_again(state: Path) -> None:
    """The machine's own id of its start is another one from now on."""
    kept = json.loads(state.read_text())
    state.write_text(json.dumps(kept | {"boot": "another"}))
