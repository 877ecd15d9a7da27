"""H.264 for a live picture: without look-ahead, keyframes on request only."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType
from av.video.stream import VideoStream

from config.settings import EncoderName
from klasgenoot.media.frame import Picture

CLOCK_HZ = 90_000
"""RTP's clock for video (RFC 6184)."""
SIZE_STEP = 4
"""libx264 through PyAV damages pictures whose height is not a multiple of this."""
ROOM = 2.5
"""The bitrate may be raised to this many times what the encoder was opened for."""
Profile = Literal["Baseline", "Main"]

_VBV_FRAMES = 4.0
"""The buffer, in pictures' shares of the rate: the largest picture takes about so many. In the
drawn classroom on 350 kbit/s, equally sharp: longest wait 98 ms with 6, 67 with 4 (p95 46 and 41).
With 3.5, a rate raised to ROOM times leaves x264 so little that it spends four fifths of it."""
_LAMBDA = 118
"""FFmpeg tells the quantizer in these units (FF_QP2LAMBDA, libavutil/avutil.h)."""
_NEVER = "1000000"  # a keyframe is a burst on a narrow line: only when the receiver asks
_WIDE = 1_000_000  # from this rate on two slices: sooner done; below they would cost a packet each
_STIFF = 0.2  # an encoder that does not follow is opened anew when the rate is so far off


class EncoderError(Exception):
    """The encoder refused a picture; make a new one and ask for a keyframe."""


@dataclass(frozen=True)
class Kind:
    """How FFmpeg's encoder of this name is made live; `follows`: its bitrate may change."""

    options: dict[str, str] = field(default_factory=dict)
    pix_fmt: str = "yuv420p"
    follows: bool = True


KINDS: dict[EncoderName, Kind] = {
    "libx264": Kind(
        {
            "preset": "superfast",
            "tune": "zerolatency",
            "forced-idr": "1",
            "x264-params": ":".join(
                [
                    "scenecut=0",
                    "colormatrix=smpte170m",
                    "range=tv",
                    # Sharpness per bit, measured over drawn and natural pictures at 80 kbit/s …
                    # 4 Mbit/s: a tenth more time than the bare preset; slower ones add little.
                    # See `_thrift` for what only a narrow line is worth.
                    "aq-mode=2",
                    "aq-strength=0.6",
                    "ref=2",
                    "chroma-qp-offset=2",
                ]
            ),
        }
    ),
    "h264_nvenc": Kind(
        {
            "preset": "p2",
            "tune": "ull",
            "rc": "cbr",
            "zerolatency": "1",
            "delay": "0",
            "forced-idr": "1",
            "surfaces": "2",
        }
    ),
    "h264_qsv": Kind(
        {"preset": "veryfast", "async_depth": "1", "forced_idr": "1"},
        pix_fmt="nv12",
    ),
    "h264_v4l2m2m": Kind({"num_output_buffers": "4", "num_capture_buffers": "4"}, follows=False),
}


def _thrift(bits_per_second: int) -> str:
    """x264's parameters at this rate.

    A wide line gets two slices, made in parallel without the frame of delay of frame threads, and
    does without what saves bits that it has enough of: trellis, arithmetic coding, a second
    reference, weights and small partitions. Of a noisy picture at 4 Mbit/s that is a third of the
    set's work and a quarter of the laptop's decoding, for 0.3 dB.
    """
    if bits_per_second >= _WIDE:
        spared = "trellis=0:cabac=0:ref=1:weightp=0:partitions=none"
        return f":sliced-threads=1:threads=2:{spared}"
    return ":sliced-threads=0:threads=1:trellis=1"


class H264Encoder:
    """Encodes I420 pictures of one size; the bitrate may change at any moment without a keyframe.

    libx264 follows a live bitrate only when it was opened as constant-bitrate (maxrate = bitrate),
    then within one picture, and never above what it was opened with. Its buffer stays as large as
    `bits_per_second` made it: at a rate far from that, open another. The hardware encoders have
    not met their hardware yet; `encoder_choice.usable` tries them before a lesson does.
    """

    def __init__(
        self,
        width: int,
        height: int,
        fps: float,
        bits_per_second: int,
        *,
        profile: Profile = "Main",
        name: EncoderName = "libx264",
    ) -> None:
        if height % SIZE_STEP:
            raise EncoderError(f"height {height} is not a multiple of {SIZE_STEP}")
        self.size = (width, height)
        self._kind = kind = KINDS[name]
        try:
            context = av.CodecContext.create(name, "w")
            assert isinstance(context, VideoCodecContext)
            context.width, context.height = width, height
            context.pix_fmt = kind.pix_fmt
            context.framerate = Fraction(fps).limit_denominator(100)
            context.time_base = Fraction(1, CLOCK_HZ)
            most = int(bits_per_second * ROOM) if kind.follows else bits_per_second
            context.bit_rate = most
            context.profile = profile
            options = dict(kind.options)
            if "x264-params" in options:
                options["x264-params"] += _thrift(bits_per_second)
            context.options = options | {
                "g": _NEVER,
                "maxrate": str(most),
                "bufsize": str(int(bits_per_second / fps * _VBV_FRAMES)),
            }
            context.open()  # now, while its bitrate is still its highest: later it would not follow
        except (av.FFmpegError, ValueError) as error:
            raise EncoderError(str(error)) from None
        self._context = context
        self._opened_for, self._rate = bits_per_second, most
        self.quantizer = float("nan")
        """Mean quantizer of the last picture, 0 (sharp) … 51 (coarse); NaN where it isn't told."""

    def suits(self, bits_per_second: int) -> bool:
        """Whether it can go on at this bitrate; otherwise open another."""
        off = abs(bits_per_second - self._opened_for)
        return self._kind.follows or off <= _STIFF * self._opened_for

    def set_rate(self, bits_per_second: int) -> None:
        """Aim at another bitrate from the next picture on."""
        if self._kind.follows and bits_per_second != self._rate:
            self._rate = self._context.bit_rate = bits_per_second

    def encode(self, picture: Picture, timestamp: int, keyframe: bool) -> bytes:
        """The picture as an Annex B bitstream; `timestamp` in 1/90000 s, rising.

        Raises EncoderError.
        """
        frame = av.VideoFrame.from_numpy_buffer(picture.i420, format="yuv420p")
        frame.pts = timestamp
        frame.time_base = self._context.time_base
        try:
            if self._kind.pix_fmt != "yuv420p":
                frame = frame.reformat(format=self._kind.pix_fmt)
            frame.pict_type = PictureType.I if keyframe else PictureType.NONE
            packets = self._context.encode(frame)
            for packet in packets:
                self._note_quantizer(packet)
            return b"".join(bytes(packet) for packet in packets)
        except av.FFmpegError as error:
            raise EncoderError(str(error)) from None

    def _note_quantizer(self, packet: "av.Packet[VideoStream]") -> None:
        if packet.has_sidedata("quality_stats"):
            first = bytes(packet.get_sidedata("quality_stats"))[:4]
            self.quantizer = int.from_bytes(first, "little") / _LAMBDA
