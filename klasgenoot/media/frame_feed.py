"""What the camera leg's sender takes its pictures from."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from aiortc.mediastreams import MediaStreamError


class Packets(Protocol):
    """What a sender asks and tells about its packets."""

    repeat: Callable[[int], Awaitable[None]]
    """Set by the sender: sends the packet with this RTP sequence number once more."""

    def number(self) -> int:
        """Transport-wide sequence number of the packet that leaves next."""

    def may_retransmit(self, sequence: int) -> bool:
        """The receiver misses this packet (NACK): whether it is worth sending again now."""

    async def before_packet(self, size: int, again: bool) -> None:
        """A packet of `size` bytes is about to leave; waits until it may.

        `again` when it was sent before: somebody waits for it.
        """

    def after_packet(self, sequence: int, size: int) -> None:
        """A packet of a picture left, for the first time; `size` in bytes."""

    def after_picture(self) -> None:
        """It was the last one of its picture."""


class FrameFeed(Protocol):
    """What a sender takes its frames from and tells what the receiver says."""

    @property
    def pacer(self) -> Packets: ...

    may_protect: bool
    """Set by the sender: whether the peer takes parities."""

    @property
    def protected(self) -> bool:
        """Whether the pictures get parities now."""

    playout_delay_ms: int
    """How long the receiver may hold pictures to show them evenly; 0 shows them at once."""

    async def next_frame(self) -> tuple[list[bytes], int]:
        """RTP payloads of one picture and its time in units of 1/90000 s."""

    def want_keyframe(self) -> None:
        """The receiver asked for a picture that stands alone (PLI, FIR)."""

    def on_estimate(self, bits_per_second: int) -> None:
        """Receiver's estimate of what the line can bear (REMB)."""

    def on_rtcp(self, data: bytes) -> None:
        """A compound RTCP packet of the receiver, decrypted."""


class FeedClosedError(MediaStreamError):
    """The leg is over; aiortc ends its sender at this without a word."""
