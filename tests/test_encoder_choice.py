"""An encoder that doesn't do what it should never gets a lesson."""

import pytest
from structlog.testing import capture_logs

from config.settings import EncoderName
from klasgenoot.media import encoder, encoder_choice
from klasgenoot.media.encoder import EncoderError, H264Encoder, Kind
from klasgenoot.media.frame import Picture


def test_the_software_encoder_passes_the_test_that_others_have_to_pass() -> None:
    encoder_choice._try("libx264")


@pytest.mark.parametrize("name", [name for name in encoder.KINDS if name != "libx264"])
def test_an_encoder_without_its_hardware_falls_back_with_a_reason(name: EncoderName) -> None:
    encoder_choice.usable.cache_clear()
    with capture_logs() as lines:
        used = encoder_choice.usable(name)
    if used != "libx264":
        pytest.skip("this machine has that hardware")
    (line,) = lines
    assert line["event"] == "encoder_fell_back" and line["wanted"] == name and line["problem"]


def keeps_back(self: H264Encoder, _picture: Picture, _timestamp: int, _keyframe: bool) -> bytes:
    return b""


def rubbish(self: H264Encoder, _picture: Picture, _timestamp: int, _keyframe: bool) -> bytes:
    return bytes(range(256))


plain = H264Encoder.encode


def other_picture(self: H264Encoder, picture: Picture, timestamp: int, keyframe: bool) -> bytes:
    wrong = Picture(255 - picture.i420, picture.width, picture.height, 0, 0)
    return plain(self, wrong, timestamp, keyframe)


def never_key(self: H264Encoder, picture: Picture, timestamp: int, keyframe: bool) -> bytes:
    return plain(self, picture, timestamp, False)


@pytest.mark.parametrize("fault", [keeps_back, rubbish, other_picture, never_key])
def test_an_encoder_that_lies_is_found_out(fault: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(H264Encoder, "encode", fault)
    with pytest.raises(EncoderError):
        encoder_choice._try("libx264")


def test_one_that_can_not_follow_is_opened_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    stiff = Kind(encoder.KINDS["libx264"].options, follows=False)
    monkeypatch.setitem(encoder.KINDS, "libx264", stiff)
    one = H264Encoder(320, 180, 30, 500_000)
    assert one.suits(550_000)
    assert not one.suits(300_000)
