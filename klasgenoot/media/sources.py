"""The camera sources by name, and the capture that keeps their newest picture."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from klasgenoot.media.capture import NewestFrame
from klasgenoot.media.source import Source, SourceError

__all__ = ["NewestFrame", "Source", "SourceError", "open_source"]

_HELP = "Write sim:, sim:screen, sim:stamped, file:PATH or v4l2:DEVICE."
_SMALLEST, _LARGEST, _FASTEST = 64, 4096, 120


class _Asked(NamedTuple):
    rest: str
    width: int
    height: int
    fps: int
    pose_path: Path | None
    stamped: bool


def _sim(asked: _Asked) -> Source:
    if asked.rest == "screen":
        from klasgenoot.media.source_slide import SlideSource

        return SlideSource(asked.width, asked.height, asked.fps)
    if asked.rest not in ("", "stamped"):
        raise SourceError("source_unknown", f"There is no camera sim:{asked.rest}. {_HELP}")
    from klasgenoot.media.source_apart import ApartSource

    stamped = asked.stamped or asked.rest == "stamped"
    return ApartSource(asked.width, asked.height, asked.fps, asked.pose_path, stamped)


def _file(asked: _Asked) -> Source:
    from klasgenoot.media.source_file import FileSource

    return FileSource(asked.rest, asked.width, asked.height)


def _v4l2(asked: _Asked) -> Source:
    from klasgenoot.media.source_v4l2 import V4l2Source

    return V4l2Source(asked.rest, asked.width, asked.height, asked.fps)


SOURCES: dict[str, Callable[[_Asked], Source]] = {"sim": _sim, "file": _file, "v4l2": _v4l2}


def open_source(  # noqa: PLR0917 - the order that its callers use
    spec: str,
    width: int,
    height: int,
    fps: int,
    pose_path: Path | None = None,
    stamped: bool = False,
) -> Source:
    """The source that a spec names, opened: pictures of width × height pixels, fps a second.

    Width and height are even, 64…4096; fps is 1…120. `pose_path` and `stamped` (the clock in
    the picture) are for `sim:`. SourceError tells what is wrong and what to write.
    """
    kind, colon, rest = spec.partition(":")
    if not colon or kind not in SOURCES or (kind != "sim" and not rest):
        raise SourceError("source_unknown", f"{spec!r} names no camera. {_HELP}")
    sizes_fit = all(_SMALLEST <= n <= _LARGEST and n % 2 == 0 for n in (width, height))
    if not sizes_fit or not 1 <= fps <= _FASTEST:
        raise SourceError(
            "size_unsupported",
            f"{width}×{height} at {fps}/s: write even sizes of 64…4096 pixels and 1…120 a second.",
        )
    source = SOURCES[kind](_Asked(rest, width, height, fps, pose_path, stamped))
    source.open()
    return source
