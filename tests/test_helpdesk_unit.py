"""What the set lets the helpdesk do: decided on the set, counted over restarts, shown in class."""

import asyncio
import sys
import time
from pathlib import Path

import pytest

from klasgenoot.helpdesk import desk as helpdesk_desk
from klasgenoot.helpdesk.desk import HelpdeskDesk
from klasgenoot.helpdesk.doctor_child import DoctorChild, findings
from klasgenoot.helpdesk.memory import RestartMemory
from klasgenoot.helpdesk.report import EACH_S, Figures, Pace, report
from klasgenoot.helpdesk.rules import (
    A_HOUR,
    ASK_S,
    SHOWN_S,
    TEXT_S,
    Budget,
    may_restart,
    remembered,
    to_remember,
)
from klasgenoot.keeper import FILES
from klasgenoot.situation import Facts, Part
from signaling.messages import Decoder, Message, MessageError, encode
from signaling.messages_helpdesk import (
    FromHelpdesk,
    HelpdeskAction,
    HelpdeskAnswer,
    HelpdeskResult,
    HelpdeskShown,
    Report,
    ToHelpdesk,
)
from tests.server_tools import until

FACTS = Facts(
    paired=True,
    server=Part(True),
    server_away_s=0.0,
    camera=Part(True),
    ptz=Part(True),
    light=Part(False, "light_absent"),
    microphone=Part(True),
    screen=True,
    pupil_online=False,
    watching=False,
    live=False,
    curtain=False,
    smartboard=None,
    view="klas",
    board_lost=False,
)


class Set:
    """A host that remembers what was said."""

    def __init__(self, folder: Path, *, allow: bool = True) -> None:
        self.screen, self.lesson, self.left = True, False, False
        self.told: list[HelpdeskResult] = []
        self.shown = HelpdeskShown()
        self.found: tuple[str, ...] | None = ("light_absent",)
        self.desk = HelpdeskDesk(self, allow, RestartMemory(folder), self.doctor)
        self.number = 0

    async def doctor(self) -> tuple[str, ...] | None:
        return self.found

    def to_server(self, message: Message) -> bool:
        assert isinstance(message, HelpdeskResult)
        self.told.append(message)
        return True

    def to_kiosk(self, message: Message) -> bool:
        assert isinstance(message, HelpdeskShown)
        if self.screen:
            self.shown = message
        return self.screen

    def has_screen(self) -> bool:
        return self.screen

    def in_lesson(self) -> bool:
        return self.lesson

    def leave(self) -> None:
        self.left = True

    def ask(self, action: str, text: str = "", now: float = 100.0) -> str:
        self.number += 1
        message = HelpdeskAction(number=self.number, action=action, text=text)  # type: ignore[arg-type]
        self.desk.asked(message, now)
        return self.told[-1].outcome if self.told else ""


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helpdesk_desk, "LEAVE_S", 0.01)


async def test_a_text_is_shown_as_it_is_and_read(tmp_path: Path) -> None:
    one = Set(tmp_path)
    assert one.ask("text", "<b>Zet de microfoon aan</b>") == "started"
    assert one.shown.text == "<b>Zet de microfoon aan</b>"
    one.desk.answered(HelpdeskAnswer(answer="ok"))
    assert one.told[-1].outcome == "seen" and one.shown == HelpdeskShown()
    one.desk.answered(HelpdeskAnswer(answer="ok"))
    assert [result.outcome for result in one.told] == ["started", "seen"]


async def test_a_text_goes_away_by_itself_and_needs_a_screen(tmp_path: Path) -> None:
    one = Set(tmp_path)
    one.ask("text", "Hallo")
    one.desk.tick(100.0 + TEXT_S + 1)
    assert one.shown == HelpdeskShown()
    one.screen = False
    assert one.ask("text", "Hallo") == "unavailable"
    one.screen = True
    assert one.ask("text", "  ") == "unavailable"


async def test_a_screen_that_comes_back_is_told_again(tmp_path: Path) -> None:
    one = Set(tmp_path)
    one.ask("text", "Hallo")
    one.shown = HelpdeskShown()
    one.desk.screen_came()
    assert one.shown.text == "Hallo"


async def test_the_doctor_gives_codes_and_is_told_for_a_while(tmp_path: Path) -> None:
    one = Set(tmp_path)
    one.ask("doctor")
    assert one.shown == HelpdeskShown(action="doctor", state="running")
    assert one.ask("restart") == "too_often"  # one at a time
    await until(lambda: bool(one.told) and one.told[-1].outcome == "done")
    assert one.told[-1].findings == ("light_absent",)
    one.desk.tick(200.0)
    assert one.shown == HelpdeskShown(action="doctor", state="done")
    one.desk.tick(200.0 + SHOWN_S + 1)
    assert one.shown == HelpdeskShown()
    one.found = None
    one.ask("doctor", now=300.0)
    await until(lambda: bool(one.told) and one.told[-1].outcome == "unavailable")
    assert one.shown == HelpdeskShown()


async def test_a_restart_without_a_lesson_is_told_before(tmp_path: Path) -> None:
    one = Set(tmp_path)
    one.ask("restart")
    assert one.shown == HelpdeskShown(action="restart", state="running")
    await until(lambda: one.left)
    assert one.told[-1].outcome == "started"
    again = Set(tmp_path)  # the process that comes after it
    again.desk.tick(5.0)
    assert again.shown == HelpdeskShown(action="restart", state="done")


@pytest.mark.parametrize("answer", ["yes", "no", "nothing"])
async def test_in_a_lesson_the_class_decides(tmp_path: Path, answer: str) -> None:
    one = Set(tmp_path)
    one.lesson = True
    assert one.ask("restart") == "asking"
    assert one.shown == HelpdeskShown(action="restart", state="asking")
    one.desk.answered(HelpdeskAnswer(answer="ok"))
    await asyncio.sleep(0.05)
    assert not one.left
    if answer == "nothing":
        one.desk.tick(100.0 + ASK_S + 1)
    else:
        one.desk.answered(HelpdeskAnswer(answer=answer))  # type: ignore[arg-type]
    outcome = "started" if answer == "yes" else "declined"
    await until(lambda: bool(one.told) and one.told[-1].outcome == outcome)
    await until(lambda: one.left is (answer == "yes"))


async def test_a_lesson_that_begins_this_moment_is_not_cut(tmp_path: Path) -> None:
    one = Set(tmp_path)
    one.ask("restart")
    one.lesson = True
    await until(lambda: bool(one.told) and one.told[-1].outcome == "in_lesson")
    assert not one.left and one.shown == HelpdeskShown()


async def test_without_a_screen_no_lesson_is_interrupted(tmp_path: Path) -> None:
    one = Set(tmp_path)
    one.lesson, one.screen = True, False
    assert one.ask("restart") == "in_lesson"


async def test_the_class_is_not_asked_for_ever(tmp_path: Path) -> None:
    one = Set(tmp_path)
    one.lesson = True
    for n in range(A_HOUR["ask"]):
        assert one.ask("restart", now=100.0 + n) == "asking"
        one.desk.answered(HelpdeskAnswer(answer="no"))
    assert one.ask("restart", now=110.0) == "too_often"
    assert one.ask("restart", now=110.0 + 3600) == "asking"


async def test_a_flood_is_not_answered(tmp_path: Path) -> None:
    one = Set(tmp_path)
    for _ in range(100):
        one.ask("text", "Hallo")
    assert len(one.told) == 10
    assert one.ask("text", "Hallo", now=200.0) == "started" and len(one.told) == 11


async def test_restarts_are_counted_over_restarts(tmp_path: Path) -> None:
    for _ in range(A_HOUR["restart"]):
        one = Set(tmp_path)
        one.ask("restart")
        await until(lambda one=one: one.left)  # type: ignore[misc]
    assert Set(tmp_path).ask("restart") == "too_often"
    limit, fits = FILES["helpdesk"]
    line = (tmp_path / "helpdesk").read_bytes()
    assert len(line) <= limit and fits(line)


@pytest.mark.parametrize("rubbish", [b"", b"\xff", b"1:2:3:4", b"now", b"-1", b"9" * 300, b"1;2"])
async def test_a_file_that_is_rubbish_counts_as_too_often(tmp_path: Path, rubbish: bytes) -> None:
    (tmp_path / "helpdesk").write_bytes(rubbish)
    assert Set(tmp_path).ask("restart") == "too_often"


async def test_what_cannot_be_remembered_is_not_done(tmp_path: Path) -> None:
    one = Set(tmp_path / "not there")
    one.ask("restart")
    await until(lambda: bool(one.told) and one.told[-1].outcome == "unavailable")
    assert not one.left


async def test_a_school_may_want_none_of_it(tmp_path: Path) -> None:
    one = Set(tmp_path, allow=False)
    for action in ("restart", "doctor", "text"):
        assert one.ask(action, "x" if action == "text" else "") == "not_allowed"
    assert one.shown == HelpdeskShown()


def test_budgets() -> None:
    budget = Budget()
    assert [budget.take("text", float(n)) for n in range(14)].count(True) == A_HOUR["text"]
    assert budget.take("doctor", 20.0) and not budget.take("text", 3600.0 - 0.1)
    assert budget.take("text", 3600.0)
    assert may_restart((), 1000) and may_restart((1, 2, 3), 9000)
    assert not may_restart((9000, 9001, 9002), 9003)
    assert not may_restart((9000, 9001, 9002), 8000)  # the clock was set back
    assert remembered(to_remember((1, 2, 3), 4)) == (2, 3, 4)


# --- what is reported -----------------------------------------------------------------------------


def test_a_report_is_codes_and_numbers() -> None:
    made = report(FACTS, Figures(lost_pct=140.0, rtt_ms=-1.0, rate_kbps=1e9), 61.4, True)
    assert made.state == "ready" and made.faults == ("light_absent",)
    assert (made.lost_pct, made.rtt_ms, made.rate_kbps, made.up_s) == (100, 0, 1e6, 61)
    assert {one.name for one in made.versions} == {"klasgenoot", "python", "system", "kernel"}
    assert Decoder(ToHelpdesk)(encode(made)) == made


def test_reports_have_a_pace() -> None:
    pace, one = Pace(), report(FACTS, Figures(), 0, True)
    moved = report(FACTS, Figures(rtt_ms=50), 9, True)
    other = report(FACTS, Figures(), 0, False)
    assert pace.due(one, 0.0)
    assert not pace.due(moved, 10.0) and pace.due(moved, EACH_S)
    assert not pace.due(other, EACH_S + 1) and pace.due(other, EACH_S + 4)
    pace.forget()
    assert pace.due(other, EACH_S + 5)


@pytest.mark.parametrize(
    "raw",
    [
        '{"type":"helpdesk_action","number":1,"action":"record"}',
        '{"type":"helpdesk_action","number":-1,"action":"text"}',
        '{"type":"helpdesk_action","number":1,"action":"text","text":"' + "x" * 161 + '"}',
        '{"type":"helpdesk_action","number":1,"action":"text","text":"a\\u0007"}',
        '{"type":"helpdesk_action","number":1,"action":"text","text":"a\\u202e"}',
        '{"type":"helpdesk_action","number":1,"action":"text","text":"a\\nb"}',
        '{"type":"report","state":"ready"}',
        "[]",
    ],
)
def test_rubbish_from_the_server_is_refused(raw: str) -> None:
    with pytest.raises(MessageError):
        Decoder(FromHelpdesk)(raw)


# --- the doctor ----------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [b"", b"null", b"[]", b'{"findings":5}', b"\xff", b"[" * 9999])
def test_a_doctor_that_talks_rubbish(said: bytes) -> None:
    assert findings(said) is None


def test_a_doctor_s_words_stay_on_the_set() -> None:
    said = (
        b'{"v":1,"findings":[{"name":"light","state":"wrong","code":"light_absent",'
        b'"detail":"lamp van Jan"},'
        b'{"name":"camera","state":"good","code":""},{"state":"wrong"}]}'
    )
    assert findings(said) == ("light_absent", "unknown")
    assert findings(b'{"findings":[{"state":"wrong","code":"Jan Jansen"}]}') is None


async def test_a_doctor_is_a_child_that_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    from klasgenoot.helpdesk import doctor_child

    def child(code: str) -> DoctorChild:
        return DoctorChild(None, (sys.executable, "-c", code))

    said = '{"findings": [{"state": "wrong", "code": "ptz_silent"}]}'
    assert await child(f"print({said!r})")() == ("ptz_silent",)
    assert await child("raise SystemExit(2)")() is None
    assert await child("print('x' * 1_000_000)")() is None
    assert await DoctorChild(None, ("/nowhere/doctor",))() is None
    monkeypatch.setattr(doctor_child, "_PATIENCE_S", 0.3)
    started = time.monotonic()
    assert await child("import time; time.sleep(60)")() is None
    assert time.monotonic() - started < 10


def test_a_report_that_is_too_long_is_none() -> None:
    with pytest.raises(MessageError):
        Decoder(ToHelpdesk)(encode(Report(state="ready", faults=("a",) * 17)))
