"""One pupil's session: from Join to Leave, over one camera leg at a time and the talk leg's
offers."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

import structlog

from hardware.profiles import Profile
from hardware.view import horizontal_fov
from klasgenoot.asking.question import Event
from klasgenoot.board_desk import BoardDesk
from klasgenoot.camera_operator import CameraOperator, Later, Request
from klasgenoot.media.camera_leg import CameraLeg, LegError
from klasgenoot.presets import BOARD
from signaling import messages as m
from signaling.handshake import UnitHandshake
from signaling.identity import TrustError
from signaling.limits import TokenBucket
from signaling.messages_presence import Presence
from signaling.messages_seat import Aim, Reach
from signaling.messages_sound import Mirror, Reflection, Words
from signaling.messages_together import (
    SIGNALS_BURST,
    SIGNALS_PER_S,
    Chat,
    ChatHeard,
    Signal,
    Together,
)
from signaling.sdp import SdpError, expand_mdns

log = structlog.get_logger()

SILENCE_S = 8.0
"""The page beats four times a second. A line that is away for seconds brings the same leg back;
after this long without a beat nobody is watching any more. The camera stands still long before."""
_CONNECT_S = 15.0  # offer to open control channel; beyond it the path is blocked
_TALK_RETRY_S = 3.0  # a talk leg that didn't come about is asked for again after this long
_REFUSED_S = 3.0  # the page shows a passing word for five
_AWAY = ("scherm", "hoeken")  # views in which the board is not seen straightened
_VIEW_S = 0.25  # how often the page is told where the camera looks


class Host(Protocol):
    """What a session needs of the agent."""

    @property
    def has_smartboard(self) -> bool: ...
    def make_leg(self, session: "PupilSession") -> CameraLeg: ...
    def to_server(self, message: m.Message) -> bool: ...
    def to_kiosk(self, message: m.Message) -> bool: ...
    def asked(self, event: Event) -> None: ...
    def changed(self) -> None: ...
    def ended(self, session: "PupilSession", code: str) -> None: ...


class PupilSession:
    """Belongs to one Join. A new offer within it replaces the leg once the new one is open."""

    def __init__(
        self,
        host: Host,
        operator: CameraOperator,
        handshakes: Callable[[m.Leg], UnitHandshake],
        addresses: Callable[[], list[str]],
    ) -> None:
        self.mic: m.DeviceState = "absent"
        self.camera_state: m.DeviceState = "absent"
        self.presence = Presence()
        self.resting = False
        self.leg: CameraLeg | None = None
        self.talking = False
        self.view: m.ViewName = "klas"
        self.operator = operator
        self._host = host
        self._handshakes, self._addresses = handshakes, addresses
        self._handshake: UnitHandshake | None = None
        self._agreed: UnitHandshake | None = None
        self._talk_handshake: UnitHandshake | None = None
        self._talk_asked_at = -_TALK_RETRY_S
        self._page_talks = False
        self._coming: CameraLeg | None = None
        self._covered = False
        self._coming_since = 0.0
        self._last_beat = time.monotonic()
        self._board = BoardDesk(operator.camera, lambda: self.leg, self.tell, operator.look)
        self._refused_at = -_REFUSED_S
        self._view: m.View | None = None
        self._view_sent_at = 0.0
        self._pace = {side: _pace() for side in ("pupil", "class")}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def watching(self) -> bool:
        """True from the moment a picture could reach the pupil."""
        return self.leg is not None or self._coming is not None

    def connecting_s(self, now: float) -> float:
        """How long a call looks for its way through the network, 0 of none."""
        return 0.0 if self._coming is None else now - self._coming_since

    @property
    def board_lost(self) -> bool:
        """Whether the pupil asked for the board and none is in the picture."""
        if self.view != "bord" or self.leg is None:
            return False
        return self.leg.feed.showing.board.corners is None

    def cover(self, covered: bool) -> None:
        """Withhold the class picture, or let it through again."""
        if covered and not self._covered:
            self.operator.stop()
        self._covered = covered
        self._board.cover(covered)
        for leg in (self.leg, self._coming):
            if leg is not None:
                leg.feed.covered = covered

    # --- from the server ------------------------------------------------------------------

    def join(self, message: m.Join) -> m.Ready:
        """A laptop wants in, or in again. Raises TrustError."""
        self._handshake = self._handshakes("camera")
        nonce = self._handshake.ready(message.nonce, time.monotonic())
        return m.Ready(nonce=nonce, answers=message.nonce)

    async def offer(self, sealed: m.Sealed) -> None:
        """Verify, answer, and let the new leg take over when it is open. Raises TrustError."""
        handshake = self._handshake
        if handshake is None:
            return
        offer = handshake.offer(sealed, time.monotonic())
        self._agreed = handshake
        leg = self._host.make_leg(self)
        leg.feed.covered = self._covered
        leg.feed.show(self.view)
        self._board.equip(leg)
        if self._coming is not None:
            self._close(self._coming)
        self._coming, self._coming_since = leg, time.monotonic()
        self._host.changed()  # the screen says who watches before a picture can leave
        try:
            answer = await leg.answer(offer)
        except LegError as error:
            log.warning("offer_refused", problem=str(error))
            self._host.to_server(m.Refuse(code="media_failed"))
            self.leg_gone(leg)
            return
        sealed_answer = handshake.answer(answer, time.monotonic())
        self._host.to_server(m.Answer(sealed=sealed_answer))

    async def candidate(self, message: m.Candidate) -> None:
        leg = self._coming or self.leg
        if leg is not None:
            await leg.add_candidate(message.ice)

    def bye(self, sealed: m.Sealed) -> None:
        """The laptop ends the session by way of the server. Raises TrustError."""
        if self._agreed is not None:
            self._agreed.check_bye(sealed)
            self.end("bye_pupil")

    # --- from the camera leg ----------------------------------------------------------------

    def leg_open(self, leg: CameraLeg) -> None:
        if leg is not self._coming:
            return
        old, self.leg, self._coming = self.leg, leg, None
        self._last_beat = time.monotonic()
        self._talk_asked_at = -_TALK_RETRY_S  # what was said over the old leg may be lost
        self.operator.new_leg()
        self._view = None
        self._board.leg_opened()
        if old is not None:
            self._close(old)
        self._host.changed()

    def leg_gone(self, leg: CameraLeg) -> None:
        self._close(leg)
        if leg is self._coming:
            self._coming = None
        if leg is self.leg:
            self.leg = None
            self.operator.stop()
            self._board.drop_photo()
        self._host.changed()

    def control(self, leg: CameraLeg, message: m.Message) -> None:
        """A message of the pupil's page; whatever goes wrong here leaves the camera still."""
        if leg is not self.leg:
            return
        try:
            self._control(message)
        except Exception:
            self.operator.stop()
            raise

    def _control(self, message: m.Message) -> None:
        match message:
            case m.Steer() | m.Look() | m.Home() | m.Preset() | m.Follow() | Aim():
                self._move(message)
            case m.Show():
                if message.view != "klas":
                    self.operator.let_go()
                self._show(message.view)
            case m.Corners() | m.Fade() | m.Closer() | m.TakeStill() | m.DropStill():
                self._board.handle(message)
            case m.Beat():
                self._beat(message)
            case m.Ask():
                self._host.asked("ask" if message.loud else "ask_quietly")
            case m.Withdraw():
                self._host.asked("withdraw")
            case m.Talk():
                self._talk_offered(message.sealed)
            case m.TalkCandidate():
                self._host.to_kiosk(message)
            case Mirror() | Reflection() | Words() | Signal() | Chat() | ChatHeard():
                if not isinstance(message, Together) or self._may_pass("pupil"):
                    self._host.to_kiosk(message)
            case m.Leave():
                self.end("bye_pupil")

    def class_says(self, message: m.Message) -> None:
        """What the class's page says to the pupil's; of chat and signs too many are dropped."""
        if not isinstance(message, Together) or self._may_pass("class"):
            self.tell(message)

    def _may_pass(self, side: str) -> bool:
        return not self._covered and self._pace[side].take(time.monotonic())

    def _move(self, message: Request) -> None:
        if self.operator.parking.on:
            self._refuse_move(message)
            return
        if self._covered and isinstance(message, m.Follow):
            return
        later = self.operator.obey(message, self.view)
        match message:  # what is gone to is to be seen, not the board straightened
            case m.Preset(store=False, number=number) if number != BOARD or self.view in _AWAY:
                self._show("klas")
            case m.Follow(on=True) | Aim():
                self._show("klas")
        if later is not None:
            self._spawn(self._finish(later))

    def _refuse_move(self, message: Request) -> None:
        """Behind the curtain nobody turns the camera; a held key is told so once a while."""
        now = time.monotonic()
        if message != m.Steer(seq=message.seq, pan=0, tilt=0, zoom=0) and (
            now - self._refused_at >= _REFUSED_S
        ):
            self._refused_at = now
            self.tell(m.NotNow(code=self.operator.parking.why))

    async def _finish(self, later: Later) -> None:
        if (reply := await later) is not None:
            self.tell(reply)

    def _show(self, view: m.ViewName) -> None:
        if view == self.view or (view == "scherm" and not self._host.has_smartboard):
            return
        self.view = view
        for leg in (self.leg, self._coming):
            if leg is not None:
                leg.feed.show(view)
        self._host.changed()

    def _beat(self, beat: m.Beat) -> None:
        self._last_beat = time.monotonic()
        self.operator.alive()
        self._page_talks = beat.talking
        seen = (beat.mic, beat.camera, beat.presence, beat.resting)
        if seen != (self.mic, self.camera_state, self.presence, self.resting):
            self.mic, self.camera_state, self.presence, self.resting = seen
            self._host.changed()
        mark = self.leg.capture_mark() if self.leg else None
        rtp, captured_at = mark or (0, 0.0)
        self.tell(
            m.Pulse(
                seq=beat.seq,
                clock_ms=time.monotonic() * 1000,
                rtp=rtp,
                capture_ms=captured_at * 1000,
            )
        )

    # --- the talk leg -------------------------------------------------------------------------

    def kiosk_sounds(self, talking: bool) -> None:
        self.talking = talking

    def kiosk_answered(self, sdp: str) -> None:
        """The kiosk page answered the offer it was given."""
        if self._talk_handshake is None:
            return
        try:
            answer = expand_mdns(sdp, self._addresses())
            sealed = self._talk_handshake.answer(answer, time.monotonic())
        except (TrustError, SdpError) as error:
            log.warning("talk_answer_refused", code=error.code)
            return
        self.tell(m.Talk(sealed=sealed))

    def want_talk(self, now: float) -> None:
        """Ask the page for a talk leg while there is none; called while a kiosk page is there."""
        if self.leg is None or (self.talking and self._page_talks):
            return
        if now - self._talk_asked_at < _TALK_RETRY_S:
            return
        self._talk_asked_at = now
        self._talk_handshake = self._handshakes("talk")
        self.tell(m.TalkWanted(nonce=self._talk_handshake.ready(None, now)))

    def kiosk_came(self) -> None:
        """A fresh kiosk page, or another network: what was negotiated before is void."""
        self.talking = False
        self._talk_asked_at = -_TALK_RETRY_S

    def _talk_offered(self, sealed: m.Sealed) -> None:
        if self._talk_handshake is None:
            return
        try:
            sdp = self._talk_handshake.offer(sealed, time.monotonic())
        except TrustError as error:
            log.warning("talk_offer_refused", code=error.code)
            return
        self._host.to_kiosk(m.TalkCall(sdp=sdp))

    # --- time and end ---------------------------------------------------------------------------

    def tell(self, message: m.Message) -> bool:
        return self.leg is not None and self.leg.send(message)

    def tick(self, now: float) -> None:
        """To be called ten times a second."""
        if self._coming is not None and now - self._coming_since > _CONNECT_S:
            self.leg_gone(self._coming)
        if self.leg is not None and now - self._last_beat > SILENCE_S:
            log.info("pupil_silent")
            self.leg_gone(self.leg)
        if self.leg is not None and now - self._view_sent_at >= _VIEW_S:
            self._view_sent_at = now
            self._send_view()
        self._board.tick(now)

    def end(self, code: str) -> None:
        """Close everything, tell the pupil why, and let the agent forget this session."""
        self.operator.stop()
        self._board.drop_photo()
        self.tell(m.Farewell(code=code))
        self._host.to_kiosk(m.TalkEnd())
        for leg in (self.leg, self._coming):
            if leg is not None:
                self._close(leg)
        self.leg = self._coming = None
        self._host.ended(self, code)

    async def closed(self) -> None:
        """Wait until every leg of this session is closed."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _send_view(self) -> None:
        camera = self.operator.camera
        if (position := camera.position()) is None:
            return
        if self._view is None:
            self.tell(_reach(camera.profile))
        view = m.View(
            pan_deg=round(position.pan_deg, 2),
            tilt_deg=round(position.tilt_deg, 2),
            zoom=round(position.zoom, 2),
            fov_deg=round(horizontal_fov(position.zoom, camera.profile), 2),
        )
        if view != self._view and self.tell(view):
            self._view = view

    def _close(self, leg: CameraLeg) -> None:
        self._spawn(leg.close())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _pace() -> TokenBucket:
    return TokenBucket(time.monotonic(), SIGNALS_PER_S, SIGNALS_BURST)


def _reach(profile: Profile) -> Reach:
    return Reach(
        pan_min_deg=profile.pan_min,
        pan_max_deg=profile.pan_max,
        tilt_min_deg=profile.tilt_min,
        tilt_max_deg=profile.tilt_max,
        wide_deg=profile.wide_hfov,
        most_zoom=profile.max_zoom,
    )
