"""Looks at everything on this machine that a lesson needs; changes nothing.

While the agent runs it holds camera and serial line: then it is asked how they are. Else they are
tried here. Every look gives findings and never raises: a broken set is what it is for.
"""

import shutil
import subprocess
import threading
import time
from pathlib import Path

import klasgenoot
import signaling
from config.settings import Settings
from hardware.camera import open_camera
from hardware.devices import find_devices
from hardware.light import open_light
from klasgenoot.media.source import SourceError
from klasgenoot.media.sources import open_source
from klasgenoot.proof import prove
from klasgenoot.upkeep import update_marker
from klasgenoot.upkeep.doctor import Finding, part_finding
from klasgenoot.upkeep.service_status import UNIT, agent_status, unit_properties
from signaling.keyfile import KeyFileError, as_owner, load_pairing
from signaling.reach import Reach

_UNITS = (UNIT, "klasgenoot-scherm.service", "klasgenoot-shutdown.path", "klasgenoot-update.timer")
_PICTURE_S, _PTZ_S, _CLOCK_S = 6.0, 3.0, 5.0
_LEAST_FREE_BYTES = 200 << 20
_MIB = 1 << 20
_WEB = (Path(klasgenoot.__file__).parent / "web", Path(signaling.__file__).parent / "web")
_NETWORK = {"closed": "media_failed", "sign_in": "sign_in", "poor": "network_poor"}


def look(settings: Settings, reach: Reach | None) -> list[Finding]:
    """All findings; `reach` is what a probe of the network found, None when nobody tried."""
    status = agent_status()
    state_dir = Path(settings.unit.state_dir)
    return [
        Finding("settings", "good"),
        _agent(status),
        *(_told(status) if status else _tried(settings)),
        *_network(reach, status),
        _pair(state_dir),
        _clock(),
        _disk(state_dir),
        _units(),
        _update(state_dir),
        _privacy(),
    ]


def _agent(status: dict[str, str]) -> Finding:
    if status:
        return Finding("agent", "good", detail=status.get("state", ""))
    if not unit_properties(UNIT, "LoadState").get("LoadState", "").startswith("loaded"):
        return Finding("agent", "unknown", detail="geen dienst van dit systeem")
    return Finding("agent", "wrong", "agent_off")


def _told(status: dict[str, str]) -> list[Finding]:
    names = ("camera", "ptz", "light", "microphone")
    found = [part_finding(name, status.get(name, "")) for name in names]
    screen = unit_properties("klasgenoot-scherm.service", "ActiveState").get("ActiveState", "")
    return [
        *found,
        Finding("screen", "good") if screen == "active" else Finding("screen", "unknown"),
    ]


def _tried(settings: Settings) -> list[Finding]:
    if prove.agents():  # started by hand: it holds them
        names = ("camera", "ptz", "light", "microphone", "screen")
        return [Finding(name, "unknown", detail="bezet") for name in names]
    return [
        _camera(settings),
        _ptz(settings),
        _light(settings),
        _microphone(),
        Finding("screen", "unknown"),
    ]


def _camera(settings: Settings) -> Finding:
    found: list[Finding] = []
    camera = settings.camera

    def read() -> None:
        pose = Path(camera.pose_file) if camera.pose_file else None
        try:
            source = open_source(
                camera.source, camera.width_px, camera.height_px, camera.rate_fps, pose
            )
        except SourceError as error:
            found.append(part_finding("camera", f"wrong:{error.code}"))
            return
        try:
            source.read()
            found.append(Finding("camera", "good", detail=f"{camera.width_px}×{camera.height_px}"))
        except SourceError as error:
            found.append(part_finding("camera", f"wrong:{error.code}"))
        finally:
            source.close()

    thread = threading.Thread(target=read, daemon=True)  # a driver may hang: not the doctor
    thread.start()
    thread.join(_PICTURE_S)
    return found[0] if found else Finding("camera", "wrong", "camera_stopped")


def _ptz(settings: Settings) -> Finding:
    ptz = settings.ptz
    try:
        camera = open_camera(
            ptz.driver, ptz.port, ptz.baud, ptz.profile, deadman_s=ptz.deadman_ms / 1000
        )
    except ValueError:
        return Finding("ptz", "wrong", "ptz_rubbish")
    camera.start()
    try:
        until = time.monotonic() + _PTZ_S
        while (health := camera.health()).state in ("opening", "silent", "absent"):
            if time.monotonic() > until:
                break
            time.sleep(0.05)
    finally:
        camera.close()
    if health.state == "ready":
        return Finding("ptz", "good", detail=health.detail)
    if health.state == "fixed":
        return Finding("ptz", "good", detail="draait niet: zo ingesteld")
    return part_finding(
        "ptz", f"wrong:ptz_{'silent' if health.state == 'opening' else health.state}"
    )


def _light(settings: Settings) -> Finding:
    try:
        light = open_light(settings.light.driver, settings.light.path)
    except ValueError:
        return Finding("light", "wrong", "light_absent")
    try:
        until = time.monotonic() + 1.0
        while (state := light.health().state) == "opening" and time.monotonic() < until:
            time.sleep(0.02)
    finally:
        light.close()
    if state in ("ready", "fixed"):
        return Finding("light", "good", detail="" if state == "ready" else "geen lamp ingesteld")
    return Finding("light", "wrong", "light_absent")


def _microphone() -> Finding:
    count = sum(device.kind == "microphone" for device in find_devices())
    if count:
        return Finding("microphone", "good", detail=f"{count} gevonden")
    return Finding("microphone", "wrong", "class_mic_absent")


def _network(reach: Reach | None, status: dict[str, str]) -> list[Finding]:
    if reach is None:
        server = part_finding("server", status.get("server", ""))
        return [Finding("network", "unknown", detail="niet geprobeerd"), server]
    best = reach.best
    detail = f"{best.kbps:.0f} kbit/s, {best.delay_ms:.0f} ms" if best and best.measured else ""
    code = _NETWORK.get(reach.verdict, "")
    found = reach.find("server")
    if found is None or not found.ok:
        server, code = Finding("server", "wrong", "server_away"), code or "server_away"
    elif not reach.known:
        server = Finding("server", "wrong", "server_refused")
    else:
        server = Finding("server", "good", detail=f"{found.connect_ms:.0f} ms")
    return [Finding("network", "wrong" if code else "good", code, detail), server]


def _pair(state_dir: Path) -> Finding:
    if not state_dir.is_dir():  # a look makes nothing
        return Finding("pair", "unknown")
    try:
        with as_owner(state_dir):
            pairing = load_pairing(state_dir)
    except (KeyFileError, OSError):
        return Finding("pair", "unknown")
    return Finding("pair", "good") if pairing else Finding("pair", "wrong", "not_paired")


def _clock() -> Finding:
    told = _answer(["timedatectl", "show", "--property=NTPSynchronized", "--value"])
    if told == "yes":
        return Finding("clock", "good")
    return Finding("clock", "wrong", "clock_off") if told == "no" else Finding("clock", "unknown")


def _disk(state_dir: Path) -> Finding:
    try:
        usage = shutil.disk_usage(state_dir if state_dir.is_dir() else "/")
    except OSError:
        return Finding("disk", "unknown")
    detail = f"{usage.free // _MIB} MiB vrij"
    if usage.free < _LEAST_FREE_BYTES:
        return Finding("disk", "wrong", "disk_full", detail)
    return Finding("disk", "good", detail=detail)


def _units() -> Finding:
    states = {unit: unit_properties(unit, "UnitFileState").get("UnitFileState") for unit in _UNITS}
    if not any(states.values()):
        return Finding("units", "unknown")
    off = [unit for unit, state in states.items() if state != "enabled"]
    if off:
        return Finding("units", "wrong", "units_off", ", ".join(off))
    return Finding("units", "good")


def _update(state_dir: Path) -> Finding:
    state = update_marker.look(state_dir)
    if state == "none":
        return Finding("update", "good")
    return Finding("update", "wrong", f"update_{state}")


def _privacy() -> Finding:
    checks = [*prove.live_checks(prove.agents()), *prove.machine_checks(_WEB)]
    failed = [check.name for check in checks if check.state == "failed"]
    if failed:
        return Finding("privacy", "wrong", "recording_possible", ", ".join(failed))
    seen = all(check.state == "shown" for check in checks if check.name != "browser")
    return Finding("privacy", "good" if seen else "unknown")


def _answer(command: list[str]) -> str:
    try:
        told = subprocess.run(  # noqa: S603 - fixed commands
            command, capture_output=True, text=True, errors="replace", timeout=_CLOCK_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return told.stdout.strip()
