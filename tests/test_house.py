"""The borders between the rooms (who may import whom), and what a commit may not contain."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("config", "hardware", "signaling", "klasgenoot", "thuis_client")
MAY_IMPORT = {
    "config": set(),
    "hardware": set(),
    "signaling": {"config"},
    "klasgenoot": {"config", "hardware", "signaling"},
    "thuis_client": {"config", "signaling"},
}
PURE = (
    "signaling/messages.py",
    "signaling/identity.py",
    "signaling/session.py",
    "signaling/limits.py",
    "signaling/sdp.py",
    "signaling/handshake.py",
    "signaling/jstypes.py",
    "signaling/refusals.py",
    "signaling/messages_pairing.py",
    "signaling/messages_sound.py",
    "signaling/pairing.py",
    "signaling/pairing_code.py",
    "signaling/pairing_proofs.py",
    "signaling/pairing_words.py",
    "signaling/relays.py",
    "signaling/ice_urls.py",
    "signaling/reach.py",
    "signaling/reach_report.py",
    "signaling/report_page.py",
    "signaling/server_clock.py",
    "hardware/visca.py",
    "hardware/view.py",
    "hardware/profiles.py",
    "hardware/ptz_engine.py",
    "hardware/sim_head.py",
    "klasgenoot/question.py",
    "klasgenoot/faults.py",
    "klasgenoot/hearing.py",
    "klasgenoot/media_path.py",
    "klasgenoot/situation.py",
    "klasgenoot/steering.py",
    "klasgenoot/media/rate.py",
    "klasgenoot/media/follow.py",
    "klasgenoot/media/follow_glide.py",
    "klasgenoot/media/follow_movement.py",
)
SHELLS = {"asyncio", "aiohttp", "serial", "websockets", "socket", "threading", "aiortc"}


def imports_of(path: Path) -> set[str]:
    """Top-level names of the modules that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    others = set(ROOMS) - {room} - MAY_IMPORT[room]
    for path in (ROOT / room).rglob("*.py"):
        wrong = {name for name in imports_of(path) if name.split(".")[0] in others}
        assert not wrong, f"{path.relative_to(ROOT)} imports {wrong}"


@pytest.mark.parametrize("name", PURE)
def test_pure_files_touch_no_shell(name: str) -> None:
    wrong = {module for module in imports_of(ROOT / name) if module.split(".")[0] in SHELLS}
    assert not wrong


def test_pure_files_of_signaling_import_nothing_else_of_ours() -> None:
    pure = {name.removesuffix(".py").replace("/", ".") for name in PURE}
    for name in PURE:
        if name.startswith("signaling/"):
            ours = {m for m in imports_of(ROOT / name) if m.split(".")[0] in ROOMS}
            assert ours <= pure | {"signaling"}, name


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_records(room: str) -> None:
    for path in [*(ROOT / room).rglob("*.py"), *(ROOT / room).rglob("*.js")]:
        if path.name == "prove.py":  # it looks for the same words
            continue
        text = path.read_text()
        for word in ("MediaRecorder", "VideoWriter", "captureStream"):
            assert word not in text, f"{word} in {path.relative_to(ROOT)}"


def test_pages_ask_nothing_outside() -> None:
    for room in ROOMS:
        for path in (ROOT / room).rglob("web/*"):
            text = path.read_text().replace("http://www.w3.org", "")
            assert "https://" not in text, path
            assert "http://" not in text, path
