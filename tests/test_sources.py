import errno
import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.motion import Position
from hardware.pose import PoseWriter
from klasgenoot.media.fit import fit_frame, fit_size
from klasgenoot.media.source import Metronome
from klasgenoot.media.source_file import FileSource
from klasgenoot.media.source_sim import SimSource
from klasgenoot.media.source_v4l2 import V4l2Source
from klasgenoot.media.sources import SourceError, open_source
from klasgenoot.media.stamp import clock_ms, read_stamp


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def film(path: Path, *, size: tuple[int, int], fps: int, frames: int, codec: str = "mpeg4") -> Path:
    """A video of which picture n is evenly bright: luma 40 + 20 n."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=fps)
        stream.width, stream.height = size
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.time_base = Fraction(1, fps)
        for n in range(frames):
            frame = av.VideoFrame(*size, "yuv420p")
            for plane, level in zip(frame.planes, (40 + 20 * n, 128, 128), strict=True):
                plane.update(bytes([level]) * plane.buffer_size)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    "spec", ["", "sim", "sim:wild", "file:", "v4l2:", "usb:0", ":", "/dev/video0", "SIM:", "file"]
)
def test_an_unknown_spec_tells_what_to_write(spec: str) -> None:
    with pytest.raises(SourceError, match="sim:stamped, file:PATH or v4l2:DEVICE") as caught:
        open_source(spec, 1280, 720, 30)
    assert caught.value.code == "source_unknown"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30))
def test_rubbish_is_a_source_error(rubbish: str) -> None:
    for spec in (rubbish, "file:" + rubbish, "v4l2:" + rubbish):
        if spec in ("sim:", "sim:stamped"):
            continue
        with pytest.raises(SourceError):
            open_source(spec, 640, 360, 30)


@pytest.mark.parametrize(
    "asked", [(641, 360, 30), (640, 361, 30), (0, 0, 30), (640, 360, 0), (640, 360, 999)]
)
def test_a_size_that_no_encoder_takes_is_refused(asked: tuple[int, int, int]) -> None:
    with pytest.raises(SourceError) as caught:
        open_source("sim:", *asked)
    assert caught.value.code == "size_unsupported"


def test_the_simulated_camera_keeps_time_and_stamps() -> None:
    clock = Clock()
    source = SimSource(640, 360, 7, stamped=True, clock=clock, sleep=clock.sleep)
    source.open()
    before = clock_ms()
    pictures = [source.read() for _ in range(4)]
    after = clock_ms()
    assert [p.sequence for p in pictures] == [0, 1, 2, 3]
    assert np.diff([p.captured_at for p in pictures]) == pytest.approx([1 / 7] * 3)
    assert len({id(p.i420) for p in pictures}) == 4, "a picture handed on is never drawn over"
    for picture in pictures:
        assert picture.i420.shape == (540, 640)
        assert picture.i420.flags.c_contiguous
        value = read_stamp(picture.planes()[0])
        assert value is not None
        assert before <= value <= after


def test_the_same_moment_gives_the_same_picture() -> None:
    def one() -> np.ndarray:
        clock = Clock()
        source = SimSource(322, 182, 30, clock=clock, sleep=clock.sleep)
        source.open()
        return [source.read() for _ in range(5)][-1].i420

    assert (one() == one()).all()


def test_the_simulated_camera_follows_the_pose_once_there_is_one(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "pose"
    source = SimSource(320, 180, 5, pose_path=path, clock=clock, sleep=clock.sleep)
    source.open()
    level = source.read().i420
    writer = PoseWriter(path)
    writer.write(Position(80.0, -10.0, 2.0), clock.now)
    pictures = [source.read().i420 for _ in range(8)]
    assert np.abs(pictures[-1].astype(int) - level).mean() > 10
    writer.write(Position(-80.0, 0.0, 1.0), clock.now)
    assert np.abs(source.read().i420.astype(int) - pictures[-1]).mean() > 10
    source.close()
    writer.close()


def test_a_metronome_does_not_hurry_after_a_lag() -> None:
    clock = Clock()
    beat = Metronome(clock, clock.sleep)
    beats = [beat.wait(0.1), beat.wait(0.1)]
    clock.now += 5
    beats += [beat.wait(0.1), beat.wait(0.1)]
    assert np.diff(beats) == pytest.approx([0.1, 5.0, 0.1])


@pytest.mark.parametrize(("fps", "size"), [(7, (322, 242)), (60, (640, 360)), (25, (178, 320))])
def test_a_file_plays_in_a_loop_at_its_own_pace(
    tmp_path: Path, fps: int, size: tuple[int, int]
) -> None:
    path = film(tmp_path / "class.mp4", size=size, fps=fps, frames=4)
    source = open_source(f"file:{path}", 640, 360, 30)
    assert isinstance(source, FileSource)
    clock = Clock()
    source._beat = Metronome(clock, clock.sleep)
    pictures = [source.read() for _ in range(10)]
    source.close()
    source.close()
    levels = [int(p.i420[180, 320]) for p in pictures]
    assert levels == pytest.approx([40, 60, 80, 100] * 2 + [40, 60], abs=6)
    assert np.diff([p.captured_at for p in pictures]) == pytest.approx([1 / fps] * 9, abs=0.002)
    assert {p.i420.shape for p in pictures} == {(540, 640)}
    with pytest.raises(SourceError):
        source.read()


@pytest.mark.parametrize("content", [None, b"", b"no video at all" * 50])
def test_a_file_that_is_no_video_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "broken.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError, match=r"broken\.mp4") as caught:
        open_source(f"file:{path}", 640, 360, 30)
    assert caught.value.code == "file_unreadable"


def test_a_file_with_sound_only_is_named(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame(format="s16", layout="mono", samples=800)
        frame.sample_rate = 8000
        out.mux(stream.encode(frame))
    with pytest.raises(SourceError) as caught:
        open_source(f"file:{path}", 640, 360, 30)
    assert caught.value.code == "file_unreadable"


@settings(max_examples=50, deadline=None)
@given(st.integers(16, 500), st.integers(16, 500), st.sampled_from(["yuv420p", "yuyv422", "rgb24"]))
def test_any_camera_size_fits_with_bars(width: int, height: int, kind: str) -> None:
    frame = av.VideoFrame(width, height, "rgb24").from_ndarray(
        np.full((height, width, 3), 255, np.uint8), format="rgb24"
    )
    if kind != "rgb24":
        frame = frame.reformat(format=kind)
    i420 = fit_frame(frame, 320, 180)
    assert i420.shape == (270, 320)
    assert i420.dtype == np.uint8
    inner = fit_size(width, height, 320, 180)
    assert inner[0] % 2 == inner[1] % 2 == 0
    assert abs(int(i420[89, 159]) - 235) < 4, "limited range"
    bars = int((i420[:180] < 30).sum())
    assert bars == pytest.approx(320 * 180 - inner[0] * inner[1], abs=700)


def test_full_range_jpeg_becomes_limited_range(tmp_path: Path) -> None:
    frame = av.VideoFrame(64, 64, "yuvj422p")
    for plane, level in zip(frame.planes, (255, 128, 128), strict=True):
        plane.update(bytes([level]) * plane.buffer_size)
    assert 233 <= fit_frame(frame, 64, 64)[10, 10] <= 236


@pytest.mark.parametrize(
    ("device", "code"),
    [
        ("/dev/no-such-camera", "camera_absent"),
        ("/dev/null", "camera_unreadable"),
        ("FILE", "camera_unreadable"),
    ],
)
def test_a_device_that_is_no_camera_is_named(tmp_path: Path, device: str, code: str) -> None:
    if device == "FILE":
        device = str(tmp_path / "camera")
        Path(device).write_bytes(b"x")
    with pytest.raises(SourceError) as caught:
        open_source(f"v4l2:{device}", 640, 360, 30)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.EBUSY, "camera_taken"),
        (errno.ENODEV, "camera_absent"),
        (errno.EACCES, "camera_unreadable"),
        (errno.EIO, "camera_unreadable"),
    ],
)
def test_a_device_that_refuses_is_named(
    monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(av, "open", refuse)
    with pytest.raises(SourceError) as caught:
        V4l2Source("/dev/null", 640, 360, 30).open()
    assert caught.value.code == code


def test_v4l2_tries_jpeg_first_and_then_what_the_camera_has(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = film(tmp_path / "camera.avi", size=(322, 240), fps=30, frames=3, codec="mjpeg")
    real, tried = av.open, []

    def camera(_device: str, *, format: str, options: dict[str, str]) -> object:
        assert format == "v4l2"
        tried.append(options.get("input_format"))
        if len(tried) == 1:
            raise OSError(errno.EINVAL, "no such format")
        return real(str(path))

    monkeypatch.setattr(av, "open", camera)
    source = V4l2Source("/dev/null", 640, 360, 30)
    source.open()
    pictures = [source.read() for _ in range(3)]
    assert tried == ["mjpeg", None]
    assert [p.sequence for p in pictures] == [0, 1, 2]
    assert all(a.captured_at <= b.captured_at for a, b in itertools.pairwise(pictures))
    with pytest.raises(SourceError) as caught:
        source.read()
    assert caught.value.code == "camera_stopped"
    source.close()
    source.close()


class CableCamera:
    """What av.open gives for a camera: each packet decodes to a picture, or raises."""

    def __init__(self, *story: Exception | None) -> None:
        codec = SimpleNamespace(thread_type="")
        self.streams = SimpleNamespace(video=[SimpleNamespace(codec_context=codec)])
        self._story = story

    def demux(self, _stream: object) -> Iterator[object]:
        for event in self._story:
            yield SimpleNamespace(decode=lambda event=event: self._decode(event))

    def _decode(self, event: Exception | None) -> list[av.VideoFrame]:
        if event is not None:
            raise event
        return [av.VideoFrame(640, 360, "yuv420p")]

    def close(self) -> None:
        pass


_DAMAGED = av.InvalidDataError(errno.EINVAL, "damaged")


@pytest.mark.parametrize(
    ("story", "pictures", "code"),
    [
        ((None, OSError(errno.ENODEV, "gone")), 1, "camera_absent"),
        ((None, OSError(errno.EIO, "cable")), 1, "camera_stopped"),
        ((None, None), 2, "camera_stopped"),
        ((_DAMAGED, None, _DAMAGED, None), 2, "camera_stopped"),
        ((None, *[_DAMAGED] * 100, None), 1, "camera_stopped"),
    ],
)
def test_a_camera_that_vanishes_or_damages_pictures(
    monkeypatch: pytest.MonkeyPatch,
    story: tuple[Exception | None, ...],
    pictures: int,
    code: str,
) -> None:
    monkeypatch.setattr(av, "open", lambda *_, **__: CableCamera(*story))
    source = V4l2Source("/dev/null", 640, 360, 30)
    source.open()
    for _ in range(pictures):
        source.read()
    with pytest.raises(SourceError) as caught:
        source.read()
    assert caught.value.code == code
    source.close()


def test_the_simulated_camera_draws_in_a_process_of_its_own() -> None:
    source = open_source("sim:stamped", 640, 360, 30)
    before = clock_ms()
    pictures = [source.read() for _ in range(3)]
    assert [p.sequence for p in pictures] == [0, 1, 2]
    assert np.diff([p.captured_at for p in pictures]).min() > 0
    assert all(before <= (read_stamp(p.planes()[0]) or 0) <= clock_ms() for p in pictures)
    (child,) = _drawing(psutil.Process())
    child.kill()
    with pytest.raises(SourceError, match="ended") as caught:
        source.read()
    assert caught.value.code == "camera_stopped"
    source.close()
    source.close()
    with pytest.raises(SourceError):
        source.read()


def test_the_drawing_process_goes_when_its_agent_is_killed() -> None:
    code = (
        "from klasgenoot.media.sources import open_source;"
        "s = open_source('sim:', 640, 360, 30); s.read(); print('drawn', flush=True); input()"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as agent:
        assert agent.stdout is not None
        agent.stdout.readline()
        (child,) = _drawing(psutil.Process(agent.pid))
        agent.kill()
    child.wait(10)


def _drawing(agent: psutil.Process) -> list[psutil.Process]:
    return [one for one in agent.children() if "klasgenoot.media.source_apart" in one.cmdline()]
