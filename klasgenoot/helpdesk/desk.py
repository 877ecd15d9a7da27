"""The helpdesk's actions on this set: asked for by the server, decided here, shown in class."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol

import structlog

from klasgenoot.helpdesk.memory import RestartMemory
from klasgenoot.helpdesk.rules import (
    ASK_S,
    ASKED_BURST,
    ASKED_PER_S,
    LEAVE_S,
    SHOWN_S,
    TEXT_S,
    Budget,
)
from signaling.limits import TokenBucket
from signaling.messages import Message
from signaling.messages_helpdesk import (
    HelpdeskAction,
    HelpdeskAnswer,
    HelpdeskResult,
    HelpdeskShown,
    Outcome,
)

log = structlog.get_logger()

Doctor = Callable[[], Awaitable[tuple[str, ...] | None]]
"""Looks at the whole set; the codes of what is wrong, None when it could not look."""


class Host(Protocol):
    """What the desk needs of the agent."""

    def to_server(self, message: Message) -> bool: ...
    def to_kiosk(self, message: Message) -> bool: ...
    def has_screen(self) -> bool: ...
    def in_lesson(self) -> bool: ...
    def leave(self) -> None: ...


class HelpdeskDesk:
    """One action at a time; a text stands beside it. `tick` has to be called a few times a second.

    `now` is monotonic seconds.
    """

    def __init__(self, host: Host, allow: bool, memory: RestartMemory, doctor: Doctor) -> None:
        self._host, self._allow, self._memory, self._doctor = host, allow, memory, doctor
        self._budget, self._pace = Budget(), TokenBucket(0.0, ASKED_PER_S, ASKED_BURST)
        self._shown = HelpdeskShown()
        self._told: HelpdeskShown | None = None
        self._action: HelpdeskAction | None = None
        """The one that asks the class, or runs."""
        self._text: HelpdeskAction | None = None
        self._text_since = self._since = 0.0
        self._agreed = False
        self._tasks: set[asyncio.Task[None]] = set()
        if memory.ago_s < SHOWN_S:  # the restart was just done: this is the new process
            self._shown = HelpdeskShown(action="restart", state="done")

    # --- from the server ----------------------------------------------------------------------

    def asked(self, message: HelpdeskAction, now: float) -> None:
        """The server says that the helpdesk wants this. A flood of it is not even answered."""
        if not self._pace.take(now):
            return
        refusal = self._refusal(message, now)
        log.info("helpdesk", action=message.action, refused=refusal or "")
        if refusal is not None:
            self._tell(message, refusal)
            return
        match message.action:
            case "text":
                self._text, self._text_since = message, now
                self._tell(message, "started")
            case "doctor":
                self._begin(message, now)
                self._spawn(self._examine(message))
            case "restart":
                self._begin(message, now)
                if self._host.in_lesson():
                    self._show(state="asking")
                    self._tell(message, "asking")
                else:
                    self._spawn(self._restart(message))
        self._publish()

    def _refusal(self, message: HelpdeskAction, now: float) -> Outcome | None:
        """Why not; the first rule that holds counts, the budgets last, because asking spends."""
        screen, lesson = self._host.has_screen(), self._host.in_lesson()
        text, restart = message.action == "text", message.action == "restart"
        kind = "ask" if restart and lesson else message.action
        rules: tuple[tuple[bool, Outcome], ...] = (
            (not self._allow, "not_allowed"),
            (text and not (screen and message.text.strip()), "unavailable"),
            (not text and self._action is not None, "too_often"),
            (restart and not self._memory.may(), "too_often"),
            (restart and lesson and not screen, "in_lesson"),
        )
        refusal = next((outcome for holds, outcome in rules if holds), None)
        if refusal is None and not self._budget.take(kind, now):
            return "too_often"
        return refusal

    # --- from the screen ----------------------------------------------------------------------

    def answered(self, message: HelpdeskAnswer) -> None:
        """Somebody in class touched one of the helpdesk's buttons."""
        asking = self._action if self._shown.state == "asking" else None
        match message.answer:
            case "ok" if self._text is not None:
                self._tell(self._text, "seen")
                self._text = None
            case "yes" if asking is not None:
                self._agreed = True
                self._spawn(self._restart(asking))
            case "no" if asking is not None:
                self._end(asking, "declined")
        self._publish()

    def screen_came(self) -> None:
        self._told = None
        self._publish()

    # --- time ---------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        if self._text is not None and now - self._text_since > TEXT_S:
            self._text = None
        if self._shown.state == "asking" and now - self._since > ASK_S:
            assert self._action is not None
            self._end(self._action, "declined")
        if self._shown.state == "done":
            self._since = self._since or now
            if now - self._since > SHOWN_S:
                self._show(action="", state="")
        self._publish()

    # --- doing --------------------------------------------------------------------------------

    def _begin(self, message: HelpdeskAction, now: float) -> None:
        self._action, self._since, self._agreed = message, now, False
        self._shown = HelpdeskShown(action=message.action, state="running")

    def _end(
        self, message: HelpdeskAction, outcome: Outcome, findings: tuple[str, ...] = ()
    ) -> None:
        self._tell(message, outcome, findings)
        self._action, self._since = None, 0.0
        if outcome == "done":
            self._show(state="done")
        else:
            self._show(action="", state="")
        self._publish()

    async def _examine(self, message: HelpdeskAction) -> None:
        self._tell(message, "started")
        findings = await self._doctor()
        if findings is None:
            self._end(message, "unavailable")
        else:
            self._end(message, "done", findings)

    async def _restart(self, message: HelpdeskAction) -> None:
        self._show(state="running")
        self._publish()
        if not await asyncio.to_thread(self._memory.remember):
            self._end(message, "unavailable")
            return
        self._tell(message, "started")
        await asyncio.sleep(LEAVE_S)
        if self._host.in_lesson() and not self._agreed:  # it began this very moment
            self._end(message, "in_lesson")
            return
        self._host.leave()

    # --- telling ------------------------------------------------------------------------------

    def _show(self, **changes: Any) -> None:
        shown = {"action": self._shown.action, "state": self._shown.state, **changes}
        self._shown = HelpdeskShown(**shown)

    def _publish(self) -> None:
        text = self._text.text if self._text is not None else ""
        shown = HelpdeskShown(action=self._shown.action, state=self._shown.state, text=text)
        if shown != self._told and self._host.to_kiosk(shown):
            self._told = shown

    def _tell(
        self, message: HelpdeskAction, outcome: Outcome, findings: tuple[str, ...] = ()
    ) -> None:
        self._host.to_server(
            HelpdeskResult(number=message.number, outcome=outcome, findings=findings)
        )

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
