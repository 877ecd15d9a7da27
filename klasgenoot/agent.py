"""The agent on the trolley: wires camera, light, screen, server and the pupil's session.

Read it from the top: `run` starts everything, then the events follow in the order of a lesson.
"""

import asyncio
import gc
import secrets
import sys
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import structlog

from config.settings import Settings
from hardware.priority import hurry
from klasgenoot import pairing_qr
from klasgenoot.asking.buddy_page import BuddyPage
from klasgenoot.asking.door import Door
from klasgenoot.asking.knock import Knock
from klasgenoot.asking.question import Event, Question
from klasgenoot.hearing import Hearing
from klasgenoot.helpdesk.doctor_child import DoctorChild
from klasgenoot.helpdesk.link import Helpdesk, LeavingError
from klasgenoot.machine import MachineWatch
from klasgenoot.media import dtls, inlet, seams
from klasgenoot.media.camera_leg import CameraLeg
from klasgenoot.media.showing import Showing
from klasgenoot.media.video_feed import VideoFeed
from klasgenoot.media_path import MediaPath
from klasgenoot.parts import Parts
from klasgenoot.publisher import Publisher
from klasgenoot.room.desk import RoomDesk
from klasgenoot.room.network_watch import Network, NetworkWatch
from klasgenoot.session import PupilSession
from klasgenoot.situation import Facts, Part
from klasgenoot.upkeep.notify import Notifier
from klasgenoot.upkeep.service import Service
from signaling import messages as m
from signaling import peer_owner
from signaling.addresses import local_addresses
from signaling.client import LinkState, ServerLink, word_for
from signaling.handshake import UnitHandshake
from signaling.identity import TrustError
from signaling.keyfile import load_or_make, load_or_make_token
from signaling.late_ice import check as check_ice
from signaling.link_settings import ice_settings
from signaling.loopback import PageServer
from signaling.messages_agenda import Agenda
from signaling.messages_helpdesk import HelpdeskAction, HelpdeskAnswer, PageHelpdesk
from signaling.messages_pairing import PagePairs, PairSay, PairStart, PairStop
from signaling.messages_room import EnterRoom, FromRoom, RoomKey
from signaling.messages_seat import Knock as Knocks
from signaling.messages_seat import Knocked
from signaling.messages_sound import FromClass, KioskSound, RoomSound
from signaling.messages_together import Together
from signaling.own_device import OwnDevice
from signaling.pair_keeper import PairKeeper
from signaling.pairing_desk import PairingDesk

log = structlog.get_logger()

_WEB = Path(__file__).parent / "web"
_TICK_S = 0.1
_LOOK_S = 0.5
_SWITCH_S = 0.0005
_NICE = -5
_SCREEN_ACCOUNT = "klasgenoot-scherm"  # of config/install
_SILENT_S = 5.0  # without a camera leg this long nobody listens either: the talk leg goes too
_ABANDONED_S = 30.0  # a session that lost its pupil waits this long for the same laptop


class Agent:
    """`run()` until cancelled."""

    def __init__(self, settings: Settings, settings_file: str | None = None) -> None:
        # Steering must not wait 5 ms (Python's default) for a thread that computes a picture.
        sys.setswitchinterval(_SWITCH_S)
        seams.check()
        check_ice()
        seams.install_extensions()
        inlet.install()
        dtls.install()
        state = Path(settings.unit.state_dir)
        self._settings = settings
        self._key = load_or_make(state, settings.unit.keys == "auto")
        device = OwnDevice("unit", self._key, state, settings.link)
        self._pair = PairKeeper(device, self._pair_changed)
        self._parts = Parts(settings)
        self._question = Question(settings.question)
        self._knock = Knock()
        self._buddies = BuddyPage(
            settings.buddy, settings.unit.language, lambda: self.asked("tell")
        )
        self._server = ServerLink(
            settings.link.server_url,
            self._key,
            secrets.token_urlsafe(16),
            "klasgenoot",
            self._from_server,
            self._server_state,
            settings.link.ca_file,
            settings.link.http_proxy,
        )
        self._ice = ice_settings(settings.link)
        self.page = PageServer(
            _WEB,
            load_or_make_token(state),
            m.FromKiosk | PagePairs | FromRoom | PageHelpdesk | KioskSound | Together,
            self._screen_came,
            self._from_screen,
            self._screen_went,
            peer_owner.trusted(_SCREEN_ACCOUNT),
        )
        self._desk = PairingDesk(device, self.page.send, self._pair.reload, pairing_qr.rows)
        self._publisher = Publisher(settings, self._parts, self.page)
        self._session: PupilSession | None = None
        self._unwatched_since = self._server_since = time.monotonic()
        self._network, self._looked_at = NetworkWatch(self._network_changed), 0.0
        self._server_part = self._clock = Part()
        self._hearing = Hearing()
        self._machine = MachineWatch(settings, self._machine_changed)
        self._path = MediaPath()
        self._sound: tuple[str, ...] = ()
        self._pupil_online = False
        self._door = Door()
        self._room = RoomDesk(settings, self, self._parts.operator, self._parts.presets)
        self._helpdesk = Helpdesk(self, settings.helpdesk, state, DoctorChild(settings_file))
        self._service = Service(Notifier(), self._parts.beats)
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        self._parts.start()
        hurry(_NICE)  # after the threads that compute pictures, which inherit the default
        try:
            await self.page.start(self._settings.unit.host, self._settings.unit.port)
            print(f"screen {self.page.told}", flush=True)
            self._network.start()
            self._room.start()
            gc.freeze()  # else steering waits 60 ms now and then: modules searched for garbage
            async with asyncio.TaskGroup() as group:
                group.create_task(self._server.run())
                group.create_task(self._machine.watch())
                group.create_task(self._buddies.run())
                while not self._helpdesk.leaving:
                    self._tick(time.monotonic())
                    await asyncio.sleep(_TICK_S)
                raise LeavingError  # ends whatever else runs in this group
        except* LeavingError:
            log.info("leaving")
        finally:
            self._service.stopping()
            self._network.stop()
            self._room.turn_away()
            # Restarted by the helpdesk, it is back in seconds: the pupil's page waits for it.
            if (session := self._session) is not None and not self._helpdesk.leaving:
                session.end(self._room.farewell)
                await session.closed()
            await self._buddies.stop()
            log.info("questions", **self._question.counts.figures())
            await self._room.turned_away()
            await self._desk.stop()
            await self._helpdesk.desk.stop()
            await self._pair.stop()
            self._parts.close()
            await self.page.stop()

    # --- a laptop comes, by way of the server ---------------------------------------------------

    def _server_state(self, state: LinkState, code: str) -> None:
        online = state == "online"
        if online != (self._server_part.ok is True):
            self._server_since = time.monotonic()
        if online:
            self._server_part = Part(True)
            self._clock = Part(False, code) if code == "clock_off" else Part(True)
            self._pair.online()
        elif state != "connecting" or self._server_part.ok is not False:
            # While it tries again, what was wrong still is.
            self._server_part = Part(False, word_for(state, code))
        if not online:
            self._pupil_online = False
        self.changed()

    def _from_server(self, message: m.Message) -> None:
        try:
            match message:
                case m.Problem(code="revoked"):
                    self._pair.revoked(message)
                case m.Relays():
                    self._ice = self._publisher.ice = ice_settings(self._settings.link, message)
                case m.Peer():
                    self._pupil_online = message.online
                case m.Join():
                    self._join(message)
                case m.Offer() if self._session is not None:
                    self._spawn(self._offer(self._session, message))
                case m.Candidate() if self._session is not None:
                    self._spawn(self._session.candidate(message))
                case m.Bye() if self._session is not None:
                    self._session.bye(message.sealed)
                case Knocks() if self._session is None:
                    answer = self._knock.knocked(time.monotonic(), self.page.present)
                    if answer is not None:
                        self.to_server(Knocked(answer=answer))
                case Agenda():
                    self._door.told(message)
                    self._publisher.timetable.told(message)
                case HelpdeskAction():
                    self._helpdesk.desk.asked(message, time.monotonic())
        except TrustError as error:
            self._refuse(error)
        self.changed()

    def _pair_changed(self) -> None:
        """Paired with another laptop or with none: whoever is in class now is not any more."""
        if self._session is not None:
            self._session.end("unpaired")
        self._door.told(None)
        self._publisher.timetable.told(Agenda(holds=False))
        self._server.renew()
        self._server.reconnect()
        self.changed()

    def _join(self, message: m.Join) -> None:
        if self._pair.pairing is None or self._room.off != "on":
            code = "unit_offline" if self._pair.pairing else "not_paired"
            self.to_server(m.Refuse(code=code))
            return
        if self._session is None:
            if not self._door.opens(time.monotonic(), time.time(), self._clock.ok is not False):
                self.to_server(m.Refuse(code="knock_first"))
                return
            self._session = PupilSession(
                self, self._parts.operator, self._handshake, local_addresses
            )
            self._unwatched_since = time.monotonic()
        self.to_server(self._session.join(message))

    async def _offer(self, session: PupilSession, message: m.Offer) -> None:
        try:
            await session.offer(message.sealed)
        except TrustError as error:
            self._refuse(error)

    def _refuse(self, error: TrustError) -> None:
        log.warning("unverified", code=error.code)
        self.to_server(m.Refuse(code="unverified"))

    # --- what the session needs ---------------------------------------------------------------

    def make_leg(self, session: PupilSession) -> CameraLeg:
        camera, parts = self._settings.camera, self._parts
        smartboard = parts.smartboard.capture if parts.smartboard else None
        showing = Showing(parts.capture, smartboard, parts.ptz, camera.board_width_mm or None)
        feed = VideoFeed(showing, camera, self._settings.video)
        return CameraLeg(
            feed,
            self._ice,
            session.control,
            session.leg_open,
            session.leg_gone,
            self._candidate,
        )

    @property
    def has_smartboard(self) -> bool:
        return self._parts.smartboard is not None

    def _candidate(self, ice: m.IceCandidate) -> None:
        self.to_server(m.Candidate(ice=ice))

    def to_server(self, message: m.Message) -> bool:
        return self._server.send(message)

    def to_kiosk(self, message: m.Message) -> bool:
        return self.page.send(message)

    def has_screen(self) -> bool:
        return self.page.present

    def in_lesson(self) -> bool:
        return self._session is not None

    def asked_and_turns(self) -> tuple[int, int]:
        return self._question.counts.asked_and_turns()

    def asked(self, event: Event) -> None:
        """The vraagknop at home, or an answer on the screen."""
        if self._question.handle(event, time.monotonic()):
            self.changed()

    def leave(self, code: str) -> None:
        """The screen ends the session."""
        if self._session is not None:
            self._session.end(code)

    def ended(self, session: PupilSession, code: str) -> None:
        log.info("session_ended", code=code)
        if session is self._session:
            self._session = None
            self._buddies.over()
            self.asked("over")
            self.changed()

    def _handshake(self, leg: m.Leg) -> UnitHandshake:
        assert self._pair.pairing is not None, "a session needs a pairing"
        return UnitHandshake(self._key, self._pair.pairing, leg)

    # --- the screen in the classroom ------------------------------------------------------------

    def _screen_came(self, _hello: m.Hello) -> None:
        self._publisher.screen_changed()
        self._room.screen_changed()
        self._desk.tell()
        self._helpdesk.desk.screen_came()
        if self._session is not None:
            self._session.kiosk_came()
        self.changed()

    def _screen_went(self) -> None:
        self._publisher.screen_changed()
        self._hearing = Hearing()
        self._sound = ()
        if self._session is not None:
            self._session.kiosk_sounds(talking=False)
        self.changed()

    def _from_screen(self, message: m.Message) -> None:
        session = self._session
        match message:
            case m.TalkReply() if session is not None:
                session.kiosk_answered(message.sdp)
            case _ if session is not None and isinstance(message, m.TalkCandidate | FromClass):
                session.class_says(message)
            case m.Sounding():
                self._hearing = Hearing.of(message)
                if session is not None:
                    session.kiosk_sounds(message.talking)
            case RoomSound():
                self._sound = message.notices
            case m.Press():
                self._pressed(message.action)
            case EnterRoom() | RoomKey():
                self._room.handle(message)
            case PairStart() | PairSay() | PairStop():
                self._desk.handle(message, self._pair.pairing is not None)
            case HelpdeskAnswer():
                self._helpdesk.desk.answered(message)
        self.changed()

    def _pressed(self, action: str) -> None:
        match action:
            case "seen" | "soon" | "turn":
                self.asked(action)
            case "come" | "wait":
                if self._knock.answered():
                    if action == "come":
                        self._door.welcome(time.monotonic())
                    self.to_server(Knocked(answer=action))
            case "buddy":
                if self._session is not None and (link := self._buddies.link(time.monotonic())):
                    self.to_kiosk(link)
            case "curtain" | "move" | "shutdown":
                self._room.press(action)

    # --- time -----------------------------------------------------------------------------------

    def _tick(self, now: float) -> None:
        self._question.tick(now, self._room.withheld)
        calling_s = self._session.connecting_s(now) if self._session is not None else 0.0
        self._path.look(calling_s, self._session is not None and self._session.leg is not None, now)
        if self._parts.smartboard is not None:
            shown = self._session is not None and self._session.view == "scherm"
            self._parts.smartboard.tick(shown, now)
        self._room.tick(now, self.page.present)
        self._knock.tick(now, self._session is not None)
        if now - self._looked_at >= _LOOK_S:
            self._looked_at = now
            self._network.look()
            self._pair.poll()
        if (session := self._session) is not None:
            session.tick(now)
            if self.page.present and not self._room.withheld:
                session.want_talk(now)
            if session.watching:
                self._unwatched_since = now
            elif session.talking and now - self._unwatched_since > _SILENT_S:
                self.to_kiosk(m.TalkEnd())
                session.kiosk_sounds(talking=False)
            elif now - self._unwatched_since > _ABANDONED_S:
                session.end("no_answer")
        self.changed()
        self._service.tick(now)

    def _network_changed(self, network: Network, before: Network) -> None:
        """What stands on the old addresses is gone; the camera stands still."""
        self._parts.operator.stop()
        self._room.network(network, before)
        self._server.renew()
        self._path = MediaPath()
        if self._session is not None:
            self._session.kiosk_came()

    def _machine_changed(self) -> None:
        if self._machine.seen.network.ok is False:
            self._server.renew()  # its end would only be noticed by a ping that stays away
        self.changed()

    def changed(self) -> None:
        """Let screen, lamp and pupil know; cheap when nothing differs."""
        now, session = time.monotonic(), self._session
        facts = Facts(
            paired=self._pair.pairing is not None,
            server=self._server_part,
            server_away_s=0.0 if self._server_part.ok else now - self._server_since,
            camera=self._parts.picture,
            ptz=self._parts.turning(),
            light=self._parts.lamp(),
            microphone=self._hearing.microphone,
            screen=self.page.present,
            pupil_online=self._pupil_online,
            watching=session is not None and session.watching,
            live=session is not None and session.leg is not None,
            curtain=self._room.curtain.closed,
            smartboard=self._parts.smartboard.part if self._parts.smartboard else None,
            view=session.view if session else "klas",
            board_lost=session is not None and session.board_lost,
            sound=self._sound,
            machine=self._machine.seen,
            clock=self._clock,
            media=self._path.part,
            speaker=self._hearing.speaker,
            ended=self._pair.was_ended,
            buddies=self._buddies.count,
            moving=self._room.moving_away,
        )
        self._buddies.show(self._question.buddy_sees, now)
        self._publisher.publish(facts, self._question, session, knocks=self._knock.waits)
        listens = self._server_part.ok is True and self._server.helpdesk
        self._helpdesk.look(facts, session, listens)
        self._service.tell(facts)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
