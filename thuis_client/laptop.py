"""The laptop's local process: holds the key, talks to the server, signs and verifies for its page.

The page asks for the class with an offer; everything that has to be signed or believed goes
through here, so that a hostile server never reaches the page unverified.
"""

import asyncio
import gc
import secrets
import time
from pathlib import Path

import structlog

from config.settings import Settings
from signaling import messages as m
from signaling import peer_owner
from signaling.addresses import local_addresses
from signaling.client import LinkState, ServerLink, word_for
from signaling.handshake import LaptopHandshake
from signaling.identity import TrustError
from signaling.keyfile import load_or_make, load_or_make_token
from signaling.link_settings import ice_settings
from signaling.loopback import PageServer
from signaling.messages_agenda import Agenda
from signaling.messages_pairing import PagePairs, PairSay, PairStart, PairStop
from signaling.messages_presence import Microphone, Shield
from signaling.messages_seat import Knock, Knocked
from signaling.own_device import OwnDevice
from signaling.pair_keeper import PairKeeper
from signaling.pairing_desk import PairingDesk
from signaling.sdp import SdpError, drop_mdns, expand_mdns
from thuis_client import appearance, person_model
from thuis_client.appearance import AppearanceFile
from thuis_client.sleep_watch import SleepWatch

log = structlog.get_logger()

_WEB = Path(__file__).parent / "web"
_ANSWER_S = 5.0  # a set that is there answers within a second; then the page may try again
_TICK_S = 0.25
_CANDIDATES = 50  # a machine with ten addresses over UDP and TCP gathers about forty

_TRY_AGAIN = {"no_answer", "unit_offline", "server_away", "sign_in", "media_failed"}
"""What passes by itself; after anything else a person has to do something."""


class Laptop:
    """`run()` until cancelled."""

    def __init__(self, settings: Settings) -> None:
        state = Path(settings.laptop.state_dir)
        self._settings = settings
        contact = settings.contact
        self._phones = m.Phones(
            helpdesk=contact.helpdesk_phone,
            hours=contact.helpdesk_hours,
            school=contact.school_phone,
        )
        self._key = load_or_make(state, settings.laptop.keys == "auto")
        device = OwnDevice("laptop", self._key, state, settings.link)
        self._pair = PairKeeper(device, self._pair_changed)
        self._server = ServerLink(
            settings.link.server_url,
            self._key,
            secrets.token_urlsafe(16),
            "thuis",
            self._from_server,
            self._server_state,
            settings.link.ca_file,
            settings.link.http_proxy,
        )
        self._ice = ice_settings(settings.link)
        self._away = "server_away"  # why the server is not there
        self._appearance = AppearanceFile(state / appearance.NAME)
        self._model = state / person_model.NAME
        self.page = PageServer(
            _WEB,
            load_or_make_token(state),
            m.FromHome | PagePairs | Knock,
            self._page_came,
            self._from_page,
            self._page_went,
            peer_owner.trusted(),
            {"/model/person.tflite": self._model},
        )
        self._desk = PairingDesk(device, self.page.send, self._pair.reload)
        self._addresses = local_addresses()
        self._online = False
        self._peer = m.Peer(online=False)
        self._peer_logins = 0
        self.agenda: Agenda | None = None
        self._wanted = False
        self._microphone = Microphone()
        self._camera: LaptopHandshake | None = None
        self._talk: LaptopHandshake | None = None
        self._offer = ""  # waits here until the set is ready for it, and its candidates behind it
        self._early: list[m.Candidate] = []
        self._deadline: float | None = None
        self._sleep = SleepWatch()

    async def run(self) -> None:
        laptop = self._settings.laptop
        await self.page.start(laptop.host, laptop.port)
        print(f"home {self.page.told}", flush=True)
        gc.freeze()  # modules are never garbage; looking through them takes a picture's time
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._server.run())
                while True:
                    self._tick(time.monotonic())
                    await asyncio.sleep(_TICK_S)
        finally:
            await self._desk.stop()
            await self._pair.stop()
            await self.page.stop()

    # --- the page ---------------------------------------------------------------------------

    def _page_came(self, hello: m.Hello) -> None:
        self._wanted = self._wanted or hello.live
        self._tell_status()
        self._desk.tell()
        if self.agenda is not None:
            self.page.send(self.agenda)

    def _page_went(self) -> None:
        """A page that reloads is back in a second and finds `wanted` as it was."""

    def _from_page(self, message: m.Message) -> None:
        try:
            match message:
                case m.CameraOffer():
                    self._call(message.sdp)
                case m.Candidate():
                    self._candidate(message)
                case m.TalkOffer():
                    self._sign_talk(message)
                case m.TalkAnswer():
                    self._check_talk(message.sealed)
                case m.Hang():
                    self._hang_up()
                case m.Appear():
                    self._appearance.keep(message)
                case m.Speak():
                    self._microphone = message.microphone
                case Knock():
                    if not self._server.send(message):
                        self.page.send(Knocked(answer="nobody"))
                case PairStart() | PairSay() | PairStop():
                    self._desk.handle(message, self._pair.pairing is not None)
        except TrustError as error:
            self._unverified(error)
        except SdpError as error:
            log.warning("sdp_refused", code=error.code)
            self._refuse("media_failed")

    def _call(self, sdp: str) -> None:
        """Into the class: ask the set, and keep the offer until it says it is ready."""
        self._wanted = True
        if self._pair.pairing is None:
            self._refuse("not_paired")
        elif not self._online:
            self._refuse(self._away)
        elif not self._peer.online:
            self._refuse("unit_offline")
        else:
            self._camera = LaptopHandshake(self._key, self._pair.pairing, "camera")
            self._early.clear()
            self._offer = expand_mdns(sdp, local_addresses())
            self._deadline = time.monotonic() + _ANSWER_S
            self._server.send(m.Join(nonce=self._camera.begin(time.monotonic())))

    def _candidate(self, message: m.Candidate) -> None:
        for line in expand_mdns(message.ice.candidate, local_addresses()).splitlines():
            candidate = m.Candidate(ice=m.IceCandidate(candidate=line, mid=message.ice.mid))
            if not self._offer:
                self._server.send(candidate)
            elif len(self._early) < _CANDIDATES:
                self._early.append(candidate)

    def _sign_talk(self, message: m.TalkOffer) -> None:
        if self._pair.pairing is None:
            return
        now = time.monotonic()
        self._talk = LaptopHandshake(self._key, self._pair.pairing, "talk")
        self._talk.begin(now)
        self._talk.ready(message.nonce, None, now)
        sealed = self._talk.offer(expand_mdns(message.sdp, local_addresses()), now)
        self.page.send(m.SignedTalk(sealed=sealed))

    def _check_talk(self, sealed: m.Sealed) -> None:
        if self._talk is not None:
            sdp = self._talk.answer(sealed, time.monotonic())
            self.page.send(m.Verified(leg="talk", sdp=drop_mdns(sdp)))

    def _hang_up(self) -> None:
        self._wanted, self._deadline = False, None
        if self._camera is not None and (bye := self._camera.bye()) is not None:
            self._server.send(m.Bye(sealed=bye))
        self._camera = self._talk = None
        self._tell_status()

    def _pair_changed(self) -> None:
        """Paired with another set or with none: the way into the old class is shut."""
        if self._wanted:
            self._wanted, self._deadline = False, None
            self.page.send(m.Gone(code="unpaired"))
        self._camera = self._talk = None
        self.agenda = None
        self.page.send(Agenda(holds=False))
        self._server.renew()
        self._server.reconnect()
        self._tell_status()

    # --- the server -------------------------------------------------------------------------

    def _server_state(self, state: LinkState, code: str) -> None:
        self._online = state == "online"
        if self._online:
            self._pair.online()
        else:
            # A running session needs no server: only what is not known any more is forgotten.
            self._peer = m.Peer(online=False)
            if state == "away":
                self._away = word_for(state, code)
            if state == "refused":
                self._refuse(word_for(state, code))
        self._tell_status()

    def _from_server(self, message: m.Message) -> None:
        try:
            match message:
                case m.Problem(code="revoked"):
                    self._pair.revoked(message)
                case m.Relays():
                    self._ice = ice_settings(self._settings.link, message)
                    self._tell_status()
                case m.Peer():
                    self._peer = message
                    self._peer_logins += message.online
                    self._tell_status()
                case Knocked():
                    self.page.send(message)
                case Agenda():
                    self.agenda = message
                    self.page.send(message)
                case m.Ready() if self._camera is not None:
                    now = time.monotonic()
                    self._camera.ready(message.nonce, message.answers, now)
                    self._server.send(m.Offer(sealed=self._camera.offer(self._offer, now)))
                    self._offer = ""
                    for candidate in self._early:
                        self._server.send(candidate)
                case m.Answer() if self._camera is not None:
                    sdp = self._camera.answer(message.sealed, time.monotonic())
                    self._deadline = None
                    self.page.send(m.Verified(leg="camera", sdp=sdp))
                case m.Candidate():
                    self.page.send(message)
                case m.Refuse():
                    self._refuse(message.code)
                case m.Bye() if self._camera is not None:
                    self._camera.check_bye(message.sealed)
                    self._wanted = False
                    self.page.send(m.Gone(code="bye_unit"))
        except TrustError as error:
            self._unverified(error)

    def _unverified(self, error: TrustError) -> None:
        log.warning("unverified", code=error.code)
        self._refuse("unverified")

    # --- what the page is told ----------------------------------------------------------------

    def _refuse(self, code: str) -> None:
        self._deadline = None
        if self._wanted:
            self.page.send(m.Refused(code=code, again=code in _TRY_AGAIN))

    def _tell_status(self) -> None:
        kept = self._appearance.kept
        self.page.send(
            m.Status(
                wanted=self._wanted,
                server=self._online,
                peer=self._peer.online,
                peer_boot=self._peer.boot,
                peer_logins=self._peer_logins,
                paired=self._pair.pairing is not None,
                language=self._settings.laptop.language,
                away="" if self._online else self._away,
                ice_servers=self._ice.servers,
                relay_only=self._ice.relay_only,
                presence=kept.presence if kept else None,
                shield=kept.shield if kept else Shield(),
                microphone=self._microphone,
                person_model=self._model.is_file(),
                phones=self._phones,
            )
        )

    def _tick(self, now: float) -> None:
        self._pair.poll()
        if self._sleep.woke():
            self._server.renew()  # the line to it died in its sleep, without a word
        if (addresses := local_addresses()) != self._addresses:
            self._addresses = addresses
            self._server.renew()
        elif self._wanted:
            self._server.hurry()
        if self._deadline is not None and now > self._deadline:
            self._refuse("no_answer")
