"""The agent's line to the helpdesk: reports how the set is, and takes the helpdesk's actions."""

import asyncio
import time
from pathlib import Path
from typing import Protocol

from config.settings import Helpdesk as HelpdeskSettings
from klasgenoot.helpdesk.desk import Doctor, HelpdeskDesk
from klasgenoot.helpdesk.memory import RestartMemory
from klasgenoot.helpdesk.report import Figures, Pace, report
from klasgenoot.session import PupilSession
from klasgenoot.situation import Facts
from signaling.messages import Message

_MEASURE_S = 5.0


class LeavingError(Exception):
    """The agent ends because the helpdesk starts it anew; no fault."""


class Host(Protocol):
    """What it needs of the agent."""

    def to_server(self, message: Message) -> bool: ...
    def to_kiosk(self, message: Message) -> bool: ...
    def has_screen(self) -> bool: ...
    def in_lesson(self) -> bool: ...
    def asked_and_turns(self) -> tuple[int, int]: ...


class Helpdesk:
    """`look` is called whenever something may have changed, at least a few times a second."""

    def __init__(
        self, host: Host, settings: HelpdeskSettings, folder: Path, doctor: Doctor
    ) -> None:
        self.leaving = False
        """The agent has to end, and whoever watches over it starts it again."""
        self._host, self._settings = host, settings
        self.desk = HelpdeskDesk(self, settings.allow, RestartMemory(folder), doctor)
        self._pace = Pace()
        self._started = time.monotonic()
        self._figures = Figures()
        self._measured_at = -_MEASURE_S
        self._measuring: asyncio.Task[None] | None = None

    def look(self, facts: Facts, session: PupilSession | None, listens: bool) -> None:
        """`listens`: whether there is a server that takes reports now."""
        now = time.monotonic()
        self.desk.tick(now)
        if not listens:
            self._pace.forget()
            return
        if now - self._measured_at >= _MEASURE_S:
            self._measured_at = now
            self._measuring = asyncio.create_task(self._measure(session))
        made = report(facts, self._figures, now - self._started, self._settings.allow)
        if self._pace.due(made, now):
            self._host.to_server(made)

    async def _measure(self, session: PupilSession | None) -> None:
        leg = session.leg if session is not None else None
        questions, turns = self._host.asked_and_turns()
        if leg is None:
            self._figures = Figures(questions=questions, turns=turns)
            return
        self._figures = Figures(
            lost_pct=100 * leg.feed.usual_loss,
            rtt_ms=await leg.round_trip_ms(),
            rate_kbps=leg.feed.line_bps / 1000,
            questions=questions,
            turns=turns,
        )

    def leave(self) -> None:
        self.leaving = True

    # what the desk needs, from the agent
    def to_server(self, message: Message) -> bool:
        return self._host.to_server(message)

    def to_kiosk(self, message: Message) -> bool:
        return self._host.to_kiosk(message)

    def has_screen(self) -> bool:
        return self._host.has_screen()

    def in_lesson(self) -> bool:
        return self._host.in_lesson()
