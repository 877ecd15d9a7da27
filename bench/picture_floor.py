"""The floor: the same pictures encoded and decoded in one process, without network or display."""

import time
from pathlib import Path

import av

from bench.content import FPS, HEIGHT, WIDTH, ReelSource
from bench.results import percentile
from config.settings import Video
from klasgenoot.media.encoder import H264Encoder


def floor(reel: Path, seconds: float) -> dict[str, float]:
    """Milliseconds a picture at the camera's own pace, with our encoder at its highest rate."""
    most = Video().max_kbps * 1000
    encoder = H264Encoder(WIDTH, HEIGHT, FPS, most)
    decoder = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1  # frame threads would add a picture of delay each
    source = ReelSource(reel)
    source.open()
    spent = []
    for number in range(int(seconds * FPS)):
        picture = source.read()
        start = time.perf_counter()
        data = encoder.encode(picture, number * 90_000 // FPS, number == 0)
        frames = decoder.decode(av.Packet(data)) if data else []
        if frames:
            spent.append((time.perf_counter() - start) * 1000)
    warm = spent[FPS:]
    return {"p50_ms": percentile(warm, 0.5), "p95_ms": percentile(warm, 0.95)}
