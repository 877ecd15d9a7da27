"""Looking for cameras on the network, and the password file of those that want one."""

import socket
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from config.secret_file import read_password
from config.settings import SettingsError
from hardware import network_search
from hardware.devices import Device
from hardware.network_search import find_network_cameras
from klasgenoot.__main__ import main
from tests.test_camera_codecs import PROBE_MATCH


def answering(*answers: bytes) -> tuple[tuple[str, int], list[bytes]]:
    """A socket that answers the first question with all of these; where, and what it heard."""
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.bind(("127.0.0.1", 0))
    one.settimeout(5)
    heard: list[bytes] = []

    def serve() -> None:
        data, sender = one.recvfrom(4096)
        heard.append(data)
        for answer in answers:
            one.sendto(answer, sender)
        one.close()

    threading.Thread(target=serve, daemon=True).start()
    return one.getsockname(), heard


def test_cameras_that_answer_are_listed_once_and_rubbish_is_not() -> None:
    onvif, probes = answering(b"\xff" * 90, PROBE_MATCH, PROBE_MATCH, b"<a/>")
    sony, asked = answering(b"\x02\xff\x03", b"\x02MODEL:SRG\xffNAME:KLAS\xff\x03")
    found = find_network_cameras(onvif, sony, seconds=0.5)
    assert [(each.name, each.address) for each in found] == [
        ("Bord camera", "http://127.0.0.1:8000/onvif/device_service"),
        ("KLAS", "sony://127.0.0.1"),
    ]
    assert b"NetworkVideoTransmitter" in probes[0]
    assert asked == [b"\x02ENQ:network\xff\x03"]


def test_a_silent_network_has_no_cameras() -> None:
    nobody = ("127.0.0.1", 9)
    assert find_network_cameras(nobody, nobody, seconds=0.1) == []


def test_nothing_is_sent_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def look() -> list[Device]:
        asked.append(True)
        return [Device("camera", "Bordcamera", "sony://192.0.2.7", "SRG")]

    monkeypatch.setattr(network_search, "find_network_cameras", look)
    assert CliRunner().invoke(main, ["devices"]).exit_code == 0
    assert not asked
    shown = CliRunner().invoke(main, ["devices", "--network"], env={"COLUMNS": "200"})
    assert asked
    assert "Bordcamera" in shown.output


def test_a_password_is_read_from_a_file_that_nobody_else_reads(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("geheim met spatie \nmore\n")
    file.chmod(0o600)
    assert read_password(str(file), "ptz.password_file") == "geheim met spatie "
    assert read_password("", "ptz.password_file") == ""


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"a\x00b", b"x" * 500])
def test_a_strange_password_file_is_named_and_not_shown(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "password"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(SettingsError, match=r"ptz\.password_file") as told:
        read_password(str(file), "ptz.password_file")
    assert "xxxx" not in str(told.value)


def test_an_open_password_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("geheim\n")
    file.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        read_password(str(file), "ptz.password_file")
    with pytest.raises(SettingsError, match="not a readable"):
        read_password(str(tmp_path / "none"), "ptz.password_file")
