"""The encoder does what the controller believes of it."""

import av
import numpy as np
import pytest

from klasgenoot.media.encoder import EncoderError, H264Encoder, Profile
from klasgenoot.media.frame import Picture
from klasgenoot.media.resize import shrink

FPS = 30


def noisy(number: int, width: int, height: int) -> Picture:
    """A picture that can't be made cheap: moving stripes with noise."""
    draw = np.random.default_rng(number)
    luma = np.add.outer(np.arange(height), np.arange(width) + 3 * number) % 64 * 2 + 60
    luma = luma + draw.normal(0, 6, (height, width))
    chroma = np.full((height // 2, width), 128)
    i420 = np.concatenate([luma, chroma]).clip(0, 255).astype(np.uint8)
    return Picture(i420, width, height, number / FPS, number)


def kbps(encoder: H264Encoder, start: int, count: int = 60) -> float:
    """What the last half of some pictures takes, kbit/s."""
    sizes = [
        len(encoder.encode(noisy(n, *encoder.size), n * 3000, keyframe=n == 0))
        for n in range(start, start + count)
    ]
    half = sizes[count // 2 :]
    return 8 * sum(half) * FPS / len(half) / 1000


def test_the_rate_is_followed_down_and_up_without_a_keyframe() -> None:
    encoder = H264Encoder(320, 180, FPS, 600_000)
    encoder.set_rate(600_000)
    assert 400 < kbps(encoder, 0) < 720
    encoder.set_rate(250_000)
    assert kbps(encoder, 60) < 300
    encoder.set_rate(1_200_000)
    assert kbps(encoder, 120) > 700


def test_it_follows_also_when_the_first_picture_had_less() -> None:
    """libx264 opened at another rate than its highest would never follow any more."""
    encoder = H264Encoder(320, 180, FPS, 600_000)
    encoder.set_rate(500_000)
    kbps(encoder, 0)
    encoder.set_rate(200_000)
    assert kbps(encoder, 60) < 250


@pytest.mark.parametrize("profile", ["Baseline", "Main"])
@pytest.mark.parametrize("size", [(480, 270), (641, 481), (322, 242)])
def test_any_size_arrives_as_it_was(size: tuple[int, int], profile: Profile) -> None:
    width, height = (side & ~1 for side in size)
    picture = shrink(noisy(1, width, height), 1)
    encoder = H264Encoder(picture.width, picture.height, FPS, 8_000_000, profile=profile)
    decoder = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    for number in range(6):
        data = encoder.encode(picture, number * 3000, keyframe=number == 0)
        frames = decoder.decode(av.Packet(data))
    received = frames[0].to_ndarray()
    assert np.abs(received.astype(int) - picture.i420).mean() < 1.5


def test_a_size_that_would_be_damaged_is_refused() -> None:
    with pytest.raises(EncoderError, match="height 270"):
        H264Encoder(480, 270, FPS, 500_000)


def test_a_keyframe_comes_only_when_asked() -> None:
    encoder = H264Encoder(320, 180, FPS, 600_000)
    kinds = []
    for number in range(20):
        data = encoder.encode(noisy(number, 320, 180), number * 3000, keyframe=number in (0, 12))
        kinds.append(any(unit[:1] and unit[0] & 31 == 5 for unit in data.split(b"\0\0\1")[1:]))
    assert [number for number, key in enumerate(kinds) if key] == [0, 12]
