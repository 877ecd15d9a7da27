"""Who is logged in, and who hears what: presence, takeover and relay of all pairs.

No sockets here: a device is a `Port`, and time is an argument.
"""

from collections.abc import Callable, Iterable
from typing import Protocol

import msgspec
import structlog

from signaling.identity import Pairing, other
from signaling.limits import Takeovers
from signaling.messages import Message, Peer, Problem, Relays, Role, Welcome
from signaling.metrics import ServerMetrics
from signaling.session import Send, Session, SessionError

_log = structlog.get_logger("signaling.hub")


class Port(Protocol):
    """Where a device's messages go; none of these waits or raises."""

    def send(self, message: Message) -> None: ...

    def end(self, code: str, pairing: Pairing | None = None) -> None:
        """Tell the Problem, and of which pair it is; then close."""

    def done(self) -> None:
        """Close because all is said."""


class Entry(msgspec.Struct, frozen=True, eq=False):
    """One valid login. Compared by identity: a device's next login is another entry."""

    pairing: Pairing
    role: Role
    boot: str
    port: Port


class Issuer(msgspec.Struct, frozen=True):
    """Gives a device (by its key) its way to the relay, and anew after `renew_after_s`."""

    issue: Callable[[str], Relays]
    renew_after_s: float


class _Meeting:
    """A pair of which at least one device is logged in."""

    def __init__(self) -> None:
        self.session = Session()
        self.entries: dict[Role, Entry] = {}


class Hub:
    """All pairs. Nothing of one pair ever reaches a port of another."""

    def __init__(
        self,
        heartbeat_s: float,
        metrics: ServerMetrics,
        relays: Issuer | None = None,
        *,
        helpdesk: bool = False,
    ) -> None:
        self._heartbeat_s, self._helpdesk = heartbeat_s, helpdesk
        self._relays = relays
        self._issued: dict[Entry, float] = {}
        self._metrics = metrics
        self._meetings: dict[str, _Meeting] = {}
        self._takeovers: dict[str, Takeovers] = {}

    def enter(self, entry: Entry, now: float) -> None:
        """A device has logged in; its older login, if there is one, is closed."""
        meeting = self._meetings.setdefault(entry.pairing.name, _Meeting())
        old = meeting.entries.get(entry.role)
        if old is None:
            self._metrics.devices.labels(entry.role).inc()
        else:
            self._take_over(old, entry, now)
        meeting.entries[entry.role] = entry
        peer = meeting.entries.get(other(entry.role))
        welcome = Welcome(role=entry.role, heartbeat_s=self._heartbeat_s, helpdesk=self._helpdesk)
        entry.port.send(welcome)
        self._issue(entry, now)
        entry.port.send(Peer(online=peer is not None, boot=peer.boot if peer else ""))
        if peer is not None:
            peer.port.send(Peer(online=True, boot=entry.boot))
        self._deliver(meeting, meeting.session.tick(now))
        self._deliver(meeting, meeting.session.arrived(entry.role, now))

    def leave(self, entry: Entry, now: float) -> None:
        """This login is over; nothing happens if another took over from it already."""
        self._issued.pop(entry, None)
        name = entry.pairing.name
        meeting = self._meetings.get(name)
        if meeting is None or meeting.entries.get(entry.role) is not entry:
            return
        del meeting.entries[entry.role]
        self._metrics.devices.labels(entry.role).dec()
        if peer := meeting.entries.get(other(entry.role)):
            peer.port.send(Peer(online=False))
        self._deliver(meeting, meeting.session.tick(now))
        self._deliver(meeting, meeting.session.left(entry.role, now))
        if not meeting.entries:
            del self._meetings[name]

    def receive(self, entry: Entry, message: Message, now: float) -> None:
        """Relay what `entry` sent, or tell it why not."""
        meeting = self._meetings.get(entry.pairing.name)
        if meeting is None or meeting.entries.get(entry.role) is not entry:
            return  # taken over: its last messages came too late
        self._deliver(meeting, meeting.session.tick(now))
        try:
            send = meeting.session.receive(entry.role, message, now)
        except SessionError as error:
            _log.debug("not_relayed", key=entry.pairing.key_of(entry.role), reason=str(error))
            self._metrics.problems.labels(error.code).inc()
            entry.port.send(Problem(code=error.code))
            return
        self._metrics.relayed.labels(message.__struct_config__.tag).inc()
        self._deliver(meeting, [send])

    def tick(self, now: float) -> None:
        """End the waits that lasted too long; to be called a few times a second."""
        if self._relays is not None:
            due = now - self._relays.renew_after_s
            for entry in [entry for entry, at in self._issued.items() if at <= due]:
                self._issue(entry, now)
        for meeting in list(self._meetings.values()):
            self._deliver(meeting, meeting.session.tick(now))

    def close_revoked(self, valid: Iterable[Pairing]) -> None:
        """Close every login whose pair is not among the valid ones any more."""
        known = set(valid)
        for meeting in list(self._meetings.values()):
            for entry in list(meeting.entries.values()):
                if entry.pairing not in known:
                    _log.warning("revoked", key=entry.pairing.key_of(entry.role))
                    entry.port.end("revoked", entry.pairing)

    def _issue(self, entry: Entry, now: float) -> None:
        if self._relays is not None:
            self._issued[entry] = now
            entry.port.send(self._relays.issue(entry.pairing.key_of(entry.role)))

    def _take_over(self, old: Entry, new: Entry, now: float) -> None:
        self._metrics.takeovers.inc()
        key = new.pairing.key_of(new.role)
        if old.boot != new.boot:  # the same process coming back over a bad line is no alarm
            if self._takeovers.setdefault(key, Takeovers()).note(now):
                self._metrics.takeover_alarms.inc()
                _log.error("takeover_alarm", key=key, advice="this key may have been copied")
            else:
                _log.info("takeover", key=key)
        old.port.end("taken_over")

    def _deliver(self, meeting: _Meeting, sends: list[Send]) -> None:
        for send in sends:
            if isinstance(send.message, Problem):
                self._metrics.problems.labels(send.message.code).inc()
            if entry := meeting.entries.get(send.to):
                entry.port.send(send.message)
