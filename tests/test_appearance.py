"""What the pupil chose is kept on the laptop; rubbish is none, and shows least."""

import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from signaling import messages as m
from signaling import small_files
from signaling.messages_presence import Presence, Shield
from thuis_client import person_model
from thuis_client.appearance import AppearanceFile

FROM_HOME = m.Decoder(m.FromHome)
FROM_PUPIL = m.Decoder(m.FromPupil)
CHOICE = m.Appear(
    presence=Presence(step="blur", letters="Zoë", drawing="owl", colour="plum"),
    shield=Shield(on=True, left=0.3, right=0.7, top=0.1),
)


def test_what_was_chosen_is_there_after_a_restart(tmp_path: Path) -> None:
    AppearanceFile(tmp_path / "a.json").keep(CHOICE)
    assert AppearanceFile(tmp_path / "a.json").kept == CHOICE
    assert (tmp_path / "a.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"type":"appear"}',
        b'{"type":"hang"}',
        b'{"type":"appear","presence":{"step":"all"}}',
        b'{"type":"appear","presence":{"step":"picture","letters":"<b>"}}',
        b'{"type":"appear","presence":{"step":"picture"}}' + b" " * 5000 + b"x",
    ],
)
def test_a_damaged_file_is_no_choice(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "a.json").write_bytes(raw)
    kept = AppearanceFile(tmp_path / "a.json").kept
    assert kept is None or raw.endswith(b"x")


def test_without_a_file_nothing_was_chosen(tmp_path: Path) -> None:
    assert AppearanceFile(tmp_path / "none" / "a.json").kept is None


def test_a_full_disk_leaves_no_higher_step_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = AppearanceFile(tmp_path / "a.json")
    file.keep(m.Appear(presence=Presence(step="picture")))

    def full(_path: Path, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(small_files, "replace", full)
    file.keep(m.Appear(presence=Presence(step="sound")))
    assert AppearanceFile(tmp_path / "a.json").kept is None


@pytest.mark.parametrize("letters", ["", "S", "SB", "Sem2", "Ωλ", "سام"])
def test_own_letters_of_any_script_pass(letters: str) -> None:
    said = m.Appear(presence=Presence(letters=letters))
    assert FROM_HOME(m.encode(said)) == said


@pytest.mark.parametrize(
    "part",
    [
        '"letters":"SANNE"',
        '"letters":"a b"',
        '"letters":"<i>"',
        '"letters":"\\u202ea"',
        '"letters":"a\\n"',
        '"letters":7',
        '"step":"all"',
        '"drawing":"../x"',
        '"colour":"#fff"',
    ],
)
def test_rubbish_about_oneself_passes_neither_door(part: str) -> None:
    with pytest.raises(m.MessageError):
        FROM_HOME('{"type":"appear","presence":{' + part + "}}")
    beat = '"type":"beat","seq":1,"clock_ms":1,"mic":"on","camera":"off"'
    with pytest.raises(m.MessageError):
        FROM_PUPIL("{" + beat + ',"presence":{' + part + "}}")


@pytest.mark.parametrize("edge", ["-0.1", "1.1", "NaN", "1e999", '"0"', "null"])
def test_edges_of_the_shield_have_bounds(edge: str) -> None:
    with pytest.raises(m.MessageError):
        FROM_HOME('{"type":"appear","presence":{},"shield":{"on":true,"left":' + edge + "}}")


def test_a_page_of_before_shows_least() -> None:
    beat = FROM_PUPIL('{"type":"beat","seq":1,"clock_ms":1,"mic":"on","camera":"on"}')
    assert isinstance(beat, m.Beat)
    assert beat.presence.step == "sound"


def _wheel(folder: Path, name: str, data: bytes) -> Path:
    with zipfile.ZipFile(folder / "w.whl", "w") as wheel:
        wheel.writestr(name, data)
    return folder / "w.whl"


def _archive(folder: Path, name: str, data: bytes) -> Path:
    with tarfile.open(folder / "a.tgz", "w:gz") as archive:
        item = tarfile.TarInfo(name)
        item.size = len(data)
        archive.addfile(item, io.BytesIO(data))
    return folder / "a.tgz"


def test_only_weights_that_were_tried_are_taken(tmp_path: Path) -> None:
    wanted = "package/selfie_segmentation_landscape.tflite"
    (tmp_path / "plain").write_bytes(b"other")
    for package in (
        _wheel(tmp_path, wanted, b"other"),
        _wheel(tmp_path, "x/y", b""),
        _archive(tmp_path, wanted, b"other"),
        _archive(tmp_path, "x/y", b""),
        tmp_path / "plain",
        tmp_path / "absent",
        tmp_path,
    ):
        with pytest.raises(person_model.ModelError):
            person_model.install(package, tmp_path / "state")
    assert not (tmp_path / "state" / person_model.NAME).exists()


def test_the_weights_come_out_of_either_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(person_model, "_KNOWN", {hashlib.sha256(b"other").hexdigest()})
    wanted = "a/selfie_segmentation_landscape.tflite"
    for package in (_wheel(tmp_path, wanted, b"other"), _archive(tmp_path, wanted, b"other")):
        assert person_model.install(package, tmp_path / "s").read_bytes() == b"other"


def test_the_weights_by_themselves_also_with_an_archive_at_their_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = b"\x1c\0\0\0TFL3" + _wheel(tmp_path, "labels", b"person").read_bytes()
    monkeypatch.setattr(person_model, "_KNOWN", {hashlib.sha256(weights).hexdigest()})
    (tmp_path / "plain").write_bytes(weights)
    assert person_model.take(tmp_path / "plain") == weights
