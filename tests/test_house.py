"""The borders between the rooms (who may import whom), and what a commit may not contain."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("config", "hardware", "signaling", "klasgenoot", "thuis_client", "dossier")
MAY_IMPORT = {
    "config": set(),
    "hardware": set(),
    "signaling": {"config"},
    "klasgenoot": {"config", "hardware", "signaling"},
    "thuis_client": {"config", "signaling"},
    "dossier": {"config", "signaling"},
}
COMPOSES = {"signaling/__main__.py": "dossier"}
"""Where the server's process is put together; the server itself knows no pages."""
DOSSIER_TAKES = {
    "signaling",
    "signaling.addresses",
    "signaling.identity",
    "signaling.limits",
    "signaling.messages_agenda",
    "signaling.messages_helpdesk",
    "signaling.migrate",
    "signaling.set_number",
    "signaling.set_watch",
    "signaling.store",
    "signaling.store_tables",
}
"""Keys, limits, the store and the helpdesk's own messages: nothing that carries an offer."""
PURE = (
    "signaling/messages.py",
    "signaling/identity.py",
    "signaling/session.py",
    "signaling/limits.py",
    "signaling/doorstep.py",
    "signaling/sdp.py",
    "signaling/handshake.py",
    "signaling/jstypes.py",
    "signaling/joined_modules.py",
    "signaling/refusals.py",
    "signaling/messages_buddy.py",
    "signaling/messages_pairing.py",
    "signaling/messages_presence.py",
    "signaling/messages_room.py",
    "signaling/messages_seat.py",
    "signaling/messages_sound.py",
    "signaling/messages_together.py",
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
    "signaling/messages_helpdesk.py",
    "signaling/messages_agenda.py",
    "signaling/agenda.py",
    "signaling/set_number.py",
    "klasgenoot/helpdesk/rules.py",
    "dossier/attempts.py",
    "dossier/history.py",
    "dossier/plot.py",
    "dossier/fields.py",
    "dossier/roles.py",
    "dossier/placement/states.py",
    "dossier/forms/checklists.py",
    "dossier/forms/evaluation.py",
    "dossier/forms/factors.py",
    "dossier/forms/inventory.py",
    "dossier/forms/statements.py",
    "dossier/tokens.py",
    "dossier/papers/gather.py",
    "dossier/rondom/content.py",
    "dossier/rooster/lessons.py",
    "dossier/rooster/forms.py",
    "dossier/rooster/hours.py",
    "dossier/rooster/hours_plot.py",
    "dossier/rooster/ical_in.py",
    "dossier/rooster/ical_out.py",
    "hardware/visca.py",
    "hardware/view.py",
    "hardware/profiles.py",
    "hardware/ptz_engine.py",
    "hardware/sim_head.py",
    "hardware/sim_body.py",
    "hardware/sim_pelco.py",
    "hardware/sim_uvc.py",
    "hardware/sim_onvif.py",
    "hardware/head_engine.py",
    "hardware/http_reply.py",
    "hardware/onvif_engine.py",
    "hardware/onvif_soap.py",
    "hardware/pelco_d.py",
    "hardware/pelco_engine.py",
    "hardware/sony_header.py",
    "hardware/sony_link.py",
    "hardware/uvc_controls.py",
    "hardware/uvc_engine.py",
    "klasgenoot/room/moving.py",
    "klasgenoot/room/timetable.py",
    "klasgenoot/asking/question.py",
    "klasgenoot/asking/knock.py",
    "klasgenoot/faults.py",
    "klasgenoot/hearing.py",
    "klasgenoot/media_path.py",
    "klasgenoot/asking/counts.py",
    "klasgenoot/asking/door.py",
    "klasgenoot/situation.py",
    "klasgenoot/steering.py",
    "klasgenoot/media/camera_pace.py",
    "klasgenoot/media/rate.py",
    "klasgenoot/media/follow.py",
    "klasgenoot/media/follow_glide.py",
    "klasgenoot/media/follow_movement.py",
    "klasgenoot/upkeep/watchdog.py",
    "klasgenoot/upkeep/doctor.py",
    "klasgenoot/upkeep/update.py",
    "klasgenoot/upkeep/placement.py",
    "klasgenoot/upkeep/paper.py",
    "klasgenoot/upkeep/configure.py",
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
        name = str(path.relative_to(ROOT))
        may = others - {COMPOSES.get(name, "")}
        wrong = {name for name in imports_of(path) if name.split(".")[0] in may}
        assert not wrong, f"{path.relative_to(ROOT)} imports {wrong}"


def test_pages_for_people_know_nothing_of_media() -> None:
    for path in (ROOT / "dossier").rglob("*.py"):
        ours = {name for name in imports_of(path) if name.split(".")[0] == "signaling"}
        assert ours <= DOSSIER_TAKES, path.name


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
        for path in (ROOT / room).rglob("web*/**/*"):
            if path.suffix not in {".html", ".css", ".js", ".svg"}:
                continue
            text = path.read_text().replace("http://www.w3.org", "")
            assert "https://" not in text, path
            assert "http://" not in text, path
