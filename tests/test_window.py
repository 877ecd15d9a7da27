"""The window of a local page: how its browser is started, opened again and closed."""

import os
from pathlib import Path

import pytest

from signaling.window import VOICE_FLAG, Window, WindowError
from tests.conftest import wait_for

URL = "http://127.0.0.1:1/geheim"
BROWSER = """#!/bin/sh
echo "$@" >> {told}
{then}
"""


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a browser that stays open was started with, a line each time."""
    return _browser(tmp_path, monkeypatch, "exec sleep 60")


def _browser(folder: Path, monkeypatch: pytest.MonkeyPatch, then: str) -> Path:
    told = folder / "told"
    (folder / "bin").mkdir()
    script = folder / "bin" / "chromium"
    script.write_text(BROWSER.format(told=told, then=then))
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder / 'bin'}:{os.environ['PATH']}")
    return told


def _started(told: Path) -> list[list[str]]:
    return [line.split() for line in told.read_text().splitlines()] if told.exists() else []


@pytest.mark.parametrize(
    ("kiosk", "way"), [(True, ["--kiosk", URL]), (False, [f"--app={URL}", "--start-maximized"])]
)
def test_it_shows_the_page_with_a_voice_that_waits_for_little(
    told: Path, kiosk: bool, way: list[str]
) -> None:
    window = Window(kiosk)
    window.show(URL)
    wait_for(lambda: len(_started(told)) == 1, what="a browser")
    window.close()
    [words] = _started(told)
    assert words[-len(way) :] == way
    assert VOICE_FLAG in words
    assert not any("proxy" in word for word in words)


def test_a_proxy_leads_out(told: Path) -> None:
    window = Window(False, "http://proxy.test:3128")
    window.show(URL)
    wait_for(lambda: len(_started(told)) == 1, what="a browser")
    window.close()
    assert "--proxy-server=http://proxy.test:3128" in _started(told)[0]


def test_a_browser_that_dies_is_opened_again_and_its_profile_is_gone_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = _browser(tmp_path, monkeypatch, "exit 1")
    window = Window(True)
    window.show(URL)
    wait_for(lambda: len(_started(told)) >= 2, what="another browser")
    window.close()
    profiles = {word for words in _started(told) for word in words if "user-data-dir" in word}
    assert len(profiles) == 1
    assert not Path(profiles.pop().partition("=")[2]).exists()


def test_closed_before_it_had_a_page_it_shows_none(told: Path) -> None:
    Window(True).close()
    assert _started(told) == []


def test_without_a_browser_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WindowError, match="install the package chromium"):
        Window(True)
