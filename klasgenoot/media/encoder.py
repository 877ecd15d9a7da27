"""H.264 for a live picture: libx264 without look-ahead, keyframes on request only."""

from fractions import Fraction
from typing import Literal

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType
from av.video.stream import VideoStream

from klasgenoot.media.frame import Picture

CLOCK_HZ = 90_000
"""RTP's clock for video (RFC 6184)."""

_OPTIONS = {
    "preset": "superfast",
    "tune": "zerolatency",
    "forced-idr": "1",
    "g": "1000000",  # a keyframe is a burst on a narrow line: only when the receiver asks
    "x264-params": ":".join(
        [
            "scenecut=0",
            "sliced-threads=1",  # slices in parallel: no delay of a frame, as frame threads have
            "threads=2",
            "colormatrix=smpte170m",
            "range=tv",
            # Sharpness per bit, measured over drawn and natural pictures at 80 kbit/s … 4 Mbit/s:
            # these cost a tenth more time than the bare preset; slower presets add little.
            "aq-mode=2",
            "aq-strength=0.6",
            "ref=2",
            "trellis=1",
            "chroma-qp-offset=2",
        ]
    ),
}
_VBV_FRAMES = 3.0
"""A picture may take this much of the rate's share of one: more would stand in the line's queue."""
ROOM = 2.5
"""The bitrate may be raised to this many times what the encoder was opened for."""
SIZE_STEP = 4
"""libx264 through PyAV damages pictures whose height is not a multiple of this."""
Profile = Literal["Baseline", "Main"]
_LAMBDA = 118
"""FFmpeg tells the quantizer in these units (FF_QP2LAMBDA, libavutil/avutil.h)."""


class EncoderError(Exception):
    """The encoder refused a picture; make a new one and ask for a keyframe."""


class H264Encoder:
    """Encodes I420 pictures of one size; the bitrate may change at any moment without a keyframe.

    libx264 follows a live bitrate only when it was opened as constant-bitrate (maxrate = bitrate),
    then within one picture, and never above what it was opened with. Its buffer stays as large as
    `bits_per_second` made it: at a rate far from that, open another.
    """

    def __init__(
        self, width: int, height: int, fps: float, bits_per_second: int, profile: Profile = "Main"
    ) -> None:
        if height % SIZE_STEP:
            raise EncoderError(f"height {height} is not a multiple of {SIZE_STEP}")
        self.size = (width, height)
        context = av.CodecContext.create("libx264", "w")
        assert isinstance(context, VideoCodecContext)
        context.width, context.height = width, height
        context.pix_fmt = "yuv420p"
        context.framerate = Fraction(fps).limit_denominator(100)
        context.time_base = Fraction(1, CLOCK_HZ)
        most = int(bits_per_second * ROOM)
        context.bit_rate = most
        context.profile = profile
        context.options = _OPTIONS | {
            "maxrate": str(most),
            "bufsize": str(int(bits_per_second / fps * _VBV_FRAMES)),
        }
        context.open()  # now, while its bitrate is still its highest: later it would not follow
        self._context = context
        self._rate = most
        self.quantizer = 0.0
        """Mean quantizer of the picture encoded last, 0 (sharp) … 51 (coarse)."""

    def set_rate(self, bits_per_second: int) -> None:
        """Aim at another bitrate from the next picture on."""
        if bits_per_second != self._rate:
            self._rate = self._context.bit_rate = bits_per_second

    def encode(self, picture: Picture, timestamp: int, keyframe: bool) -> bytes:
        """The picture as an Annex B bitstream; `timestamp` in 1/90000 s, rising.

        Raises EncoderError.
        """
        frame = av.VideoFrame.from_numpy_buffer(picture.i420, format="yuv420p")
        frame.pts = timestamp
        frame.time_base = self._context.time_base
        frame.pict_type = PictureType.I if keyframe else PictureType.NONE
        try:
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
