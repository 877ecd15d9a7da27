"""Which encoder this machine really has: tried before a lesson needs it."""

from functools import cache

import av
import numpy as np
import structlog

from config.settings import EncoderName
from klasgenoot.media.encoder import CLOCK_HZ, EncoderError, H264Encoder
from klasgenoot.media.frame import Picture

log = structlog.get_logger()

_SOFTWARE: EncoderName = "libx264"
_WIDTH, _HEIGHT, _FPS, _BITS = 640, 360, 30, 2_000_000
_COUNT, _KEYFRAME_AT = 8, 5
_MOST_OFF = 6.0  # mean difference of luma: a picture that is green or torn is far beyond


@cache
def usable(wanted: EncoderName) -> EncoderName:
    """`wanted` when it passes the self-test, else the software encoder, with a line in the log."""
    if wanted == _SOFTWARE:
        return wanted
    try:
        _try(wanted)
    except EncoderError as error:
        log.warning("encoder_fell_back", wanted=wanted, used=_SOFTWARE, problem=str(error))
        return _SOFTWARE
    return wanted


def _try(name: EncoderName) -> None:
    """Every picture out at once, right after decoding, and a keyframe when asked. EncoderError."""
    encoder = H264Encoder(_WIDTH, _HEIGHT, _FPS, _BITS, name=name)
    decoder = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    for number in range(_COUNT):
        picture = _test_picture(number)
        wants_key = number in (0, _KEYFRAME_AT)
        data = encoder.encode(picture, number * CLOCK_HZ // _FPS, wants_key)
        if not data:
            raise EncoderError("it keeps pictures back")
        try:
            frames = decoder.decode(av.Packet(data))
        except av.FFmpegError as error:
            raise EncoderError(f"what it makes can't be decoded: {error}") from None
        if not frames:
            raise EncoderError("what it makes can't be decoded at once")
        if wants_key and not frames[0].key_frame:
            raise EncoderError("it makes no keyframe when asked")
        luma = frames[0].to_ndarray()[:_HEIGHT].astype(int)
        if np.abs(luma - picture.i420[:_HEIGHT]).mean() > _MOST_OFF:
            raise EncoderError("its picture is not what was put in")


def _test_picture(number: int) -> Picture:
    across = (np.arange(_WIDTH) + 4 * number) % 256 * 200 // 256 + 20
    i420 = np.full((_HEIGHT * 3 // 2, _WIDTH), 128, np.uint8)
    i420[:_HEIGHT] = across
    return Picture(i420, _WIDTH, _HEIGHT, number / _FPS, number)
