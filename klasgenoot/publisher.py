"""Tells screen and pupil what is the case, whenever it changed."""

import datetime
import time
from typing import TypeVar

import msgspec

from config.settings import Settings
from klasgenoot.asking.question import Question
from klasgenoot.parts import Parts
from klasgenoot.room.timetable import Timetable
from klasgenoot.session import PupilSession
from klasgenoot.situation import (
    Facts,
    checks,
    lamp_tells,
    must_cover,
    notices,
    pupil_notices,
    todo,
    unit_state,
)
from signaling import messages as m
from signaling.link_settings import ice_settings
from signaling.loopback import PageServer
from signaling.messages_presence import Presence


class Publisher:
    """Derives screen, light, cover and the pupil's situation from the facts; sends what differs."""

    def __init__(self, settings: Settings, parts: Parts, page: PageServer) -> None:
        self._settings, self._parts, self._page = settings, parts, page
        self.ice = ice_settings(settings.link)
        self.timetable = Timetable(settings.timetable)
        self._screen: m.Screen | None = None
        self._told: tuple[object, m.Situation] | None = None
        self._screen_since = time.monotonic()

    def screen_changed(self) -> None:
        """A screen came or went: the new one knows nothing yet."""
        self._screen = None
        self.timetable.again()
        self._screen_since = time.monotonic()

    def publish(
        self,
        facts: Facts,
        question: Question,
        session: PupilSession | None,
        *,
        knocks: bool,
    ) -> None:
        now = time.monotonic()
        away_s = now - self._screen_since
        watched = lamp_tells(facts, away_s)
        self._parts.show_light(
            question.light if question.light != "off" else "on" if watched else "off"
        )
        if session is not None:
            session.cover(must_cover(facts, away_s))
            self._tell_pupil(facts, question, session, now)
        self._show(facts, question, session, knocks, now)
        if agenda := self.timetable.due(now, datetime.datetime.now().astimezone()):
            self._page.send(agenda)

    def _tell_pupil(
        self, facts: Facts, question: Question, session: PupilSession, now: float
    ) -> None:
        situation = m.Situation(
            question=question.state,
            asked_ago_ms=question.asked_ago_ms(now),
            curtain=facts.curtain,
            moves=facts.ptz.ok is True and not (facts.curtain or facts.moving),
            kiosk=facts.screen,
            view=facts.view,
            smartboard=facts.smartboard is not None,
            notices=pupil_notices(facts),
            follows=session.operator.follows,
            presets=session.operator.taught,
            asked=question.asked(),
            moving=facts.moving,
        )
        # The waiting time runs on by itself on the page: it is no reason to send again.
        key = (session.leg, _without_time(situation))
        if self._told != key and session.tell(situation):
            self._told = key

    def _show(
        self,
        facts: Facts,
        question: Question,
        session: PupilSession | None,
        knocks: bool,
        now: float,
    ) -> None:
        state, reason = unit_state(facts)
        unit = self._settings.unit
        screen = m.Screen(
            state=state,
            reason=reason,
            watching=facts.watching,
            question=question.state,
            asked_ago_ms=question.asked_ago_ms(now),
            mic=session.mic if session else "absent",
            camera=session.camera_state if session else "absent",
            presence=session.presence if session else Presence(),
            checks=checks(facts),
            notices=notices(facts),
            unit_name=unit.name,
            language=unit.language,
            class_microphone=self._settings.sound.class_microphone,
            loudspeaker=self._settings.sound.loudspeaker,
            room_microphone=self._settings.sound.room_microphone,
            ice_servers=self.ice.servers,
            relay_only=self.ice.relay_only,
            todo=todo(facts),
            asked=question.asked(),
            buddies=facts.buddies,
            resting=session is not None and session.resting,
            knocks=knocks,
        )
        if (self._screen is None or _without_time(self._screen) != _without_time(screen)) and (
            self._page.send(screen)
        ):
            self._screen = screen


_Message = TypeVar("_Message", m.Screen, m.Situation)


def _without_time(message: _Message) -> _Message:
    return msgspec.structs.replace(message, asked_ago_ms=0)
