"""The timetable's pages on a real server: what is changed there reaches both devices at once."""

import re
import time
from datetime import datetime, timedelta

import aiohttp
import pytest
from sqlalchemy import update

from dossier.forms import evaluation_store as kept_rounds
from dossier.history import Slot
from dossier.placement.events import Event, events
from dossier.placement.tables import placements
from dossier.rooster.hours_store import Hours
from dossier.rooster.lessons import ZONE, Off, Row
from dossier.rooster.lessons import at as wall_at
from dossier.sets_board import slot_of
from dossier.sets_store import SetsStore
from signaling.messages_agenda import Agenda
from signaling.messages_helpdesk import Report
from tests.helpdesk_tools import Browser, Pages, browser, pages
from tests.placement_tools import case, enter, with_set
from tests.server_tools import Pair, devices

TODAY = datetime.now(ZONE).date()
TOMORROW = TODAY + timedelta(days=1)


def lesson_form(**of: str) -> dict[str, str]:
    return {
        "subject": "rekenen",
        "room": "12",
        "kind": "les",
        "weekday": str(TOMORROW.isoweekday()),
        "begin": "10:00",
        "end": "10:50",
        "first": TODAY.isoformat(),
        "last": (TODAY + timedelta(days=100)).isoformat(),
        "week": "elke",
        **of,
    }


async def make(one: Browser, base: str, **of: str) -> None:
    await one.get(f"{base}/maken")
    await one.post(f"{base}/maken/les", lesson_form(**of))
    assert one.where.endswith("klaar=row_added"), one.text


async def test_every_change_reaches_both_devices_at_once() -> None:
    async with pages() as at, browser(at) as school, browser(at) as home, devices(at) as sets:
        here, pair = await case(at, "Anna"), await Pair().add_to(at.store)
        await with_set(at, here.code, pair.unit.public)
        unit, laptop = await sets.both(pair)
        await enter(at, school, here.people["begeleider"])
        await enter(at, home, here.people["leerling"])
        base = f"/plaatsing/{here.code}/rooster"

        async def told() -> Agenda:
            first, second = await unit.expect(Agenda), await laptop.expect(Agenda)
            assert first == second
            return first

        await make(school, base)
        one = (await told()).lessons[0]
        begin = wall_at(TOMORROW, 600).timestamp()
        assert (one.subject, one.room, one.begin, one.state) == ("rekenen", "12", begin, "planned")
        page = (await home.get(f"{base}?week={TOMORROW}")).text
        lesson = re.findall(rf'href="({base}/les/[0-9]+/{TOMORROW})"', page)[0]

        await home.get(lesson)
        assert "Laat vervallen" not in home.text and "Meld af" in home.text
        off = {"first": str(TOMORROW), "begin": "10:00", "end": "10:50", "reason": "behandeling"}
        await home.post(f"{base}/afmelden", off)
        assert (await told()).lessons[0].state == "signed_off"
        assert "afgemeld" in (await school.get(f"{base}?week={TOMORROW}")).text
        assert "behandeling" not in school.text
        await home.get(base)
        undo = re.findall(rf'action="({base}/afmelden/[0-9]+/weg)"', home.text)[0]
        await home.post(undo)
        assert (await told()).lessons[0].state == "planned"

        await school.get(lesson)
        await school.post(lesson, {"what": "cancel"})
        assert (await told()).lessons[0].state == "cancelled"
        await school.get(lesson)
        moved = {"day": str(TOMORROW), "begin": "11:00", "end": "11.50", "room": "9"}
        await school.post(lesson, {"what": "move", **moved})
        now = (await told()).lessons[0]
        assert (now.begin, now.room, now.moved, now.state) == (begin + 3600, "9", True, "planned")
        await school.get(lesson)
        await school.post(lesson, {"what": "restore"})
        assert (await told()).lessons[0] == one

        # Whoever logs in later hears it too; who has no part in it hears nothing.
        other = await sets.device((await Pair().add_to(at.store)).unit)
        again = await sets.device(pair.laptop)
        assert (await again.expect(Agenda)).lessons[0] == one
        assert at.site.watch.agenda.timetable(pair.unit.public) is not None
        del other
        whats = [line.what for line in await events(at.store, 1)]
        assert whats[:3] == ["lesson_restore", "lesson_move", "lesson_cancel"]
        assert "signed_off" in whats


async def test_a_calendar_in_and_out_and_by_its_own_address() -> None:
    async with pages() as at, browser(at) as one, browser(at) as nobody, browser(at) as two:
        here, other = await case(at, "Anna"), await case(at, "Bram")
        await enter(at, one, here.people["docent"])
        await enter(at, two, other.people["docent"])
        base = f"/plaatsing/{here.code}/rooster"
        await make(one, base, subject="aardrijkskunde", week="a")
        raw = (await one.get(f"{base}/rooster.ics")).text
        assert "SUMMARY:aardrijkskunde" in raw and "INTERVAL=2" in raw
        assert one.headers["Content-Type"].startswith("text/calendar")
        await one.get(base)
        await one.post(f"{base}/abonnement")
        path = re.findall(rf"{at.origin}(/rooster/[\w-]+\.ics)", one.text)[0]
        assert "aardrijkskunde" in (await nobody.get(path)).text
        await one.post(f"{base}/abonnement")
        assert (await nobody.get(path)).status == 404  # a new address ends the old one
        for wrong in ("/rooster/x.ics", f"/rooster/{'a' * 43}.ics", "/rooster/%00.ics"):
            assert (await nobody.get(wrong)).status == 404
        bram = f"/plaatsing/{other.code}/rooster"
        await two.get(f"{bram}/maken")
        await send_file(two, f"{bram}/maken/bestand", raw.encode())
        assert "Overgenomen: 1 lessen" in two.text and "aardrijkskunde" in two.text
        none = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
        for rubbish in (b"", b"MZ\x90\x00", none, b"x" * 2_000_000):
            await two.get(f"{bram}/maken")
            await send_file(two, f"{bram}/maken/bestand", rubbish)
            assert two.status == 400 and "aardrijkskunde" in two.text
        await two.get(f"{bram}/maken")
        await send_file(two, f"{bram}/maken/bestand", b"x" * 5_000_000)
        assert two.status == 400


async def send_file(one: Browser, path: str, raw: bytes, **fields: str) -> None:
    form = aiohttp.FormData({"csrf": one.csrf, **fields})
    form.add_field("file", raw, filename="../../<b>.ics", content_type="text/html")
    await one.post(path, form)


async def test_rubbish_in_every_form_changes_nothing() -> None:
    async with pages() as at, browser(at) as one, browser(at) as home:
        here = await case(at, "Anna")
        await enter(at, one, here.people["docent"])
        await enter(at, home, here.people["ouder"])
        base = f"/plaatsing/{here.code}/rooster"
        await make(one, base)
        desk = at.site.desk
        before = await desk.rooster.timetables.of(1)
        wrong_lessons = [
            {"subject": ""}, {"subject": "x" * 41}, {"subject": "a\u202eb"}, {"room": "y" * 25},
            {"weekday": "0"}, {"weekday": "8"}, {"weekday": "²"}, {"begin": "25:00"}, {"begin": ""},
            {"end": "09:00"}, {"kind": "feest"}, {"week": "c"}, {"first": "gisteren"},
            {"first": "1999-01-01"}, {"last": "2020-01-01"}, {"last": "9999-99-99"},
            {"last": (TODAY + timedelta(days=500)).isoformat()},
        ]  # fmt: skip
        for wrong in wrong_lessons:
            await one.get(f"{base}/maken")
            await one.post(f"{base}/maken/les", lesson_form(**wrong))
            assert one.status == 400 and 'role="alert"' in one.text, wrong
        lesson = f"{base}/les/1/{TOMORROW}"
        good = {"what": "move", "day": str(TOMORROW), "begin": "11:00", "end": "12:00", "room": ""}
        for change in ({"what": "explode"}, {}, {**good, "day": "x"}, {**good, "begin": "12:30"},
                       {**good, "room": "\x00"}, {**good, "day": "2099-01-01"}):  # fmt: skip
            await one.get(lesson)
            assert (await one.post(lesson, change)).status == 400, change
        for where in ("x", "1/x", "999/2026-01-01", f"1/{TODAY}", "1/0001-01-01", "²/2026-01-01"):
            assert (await one.get(f"{base}/les/{where}")).status == 404, where
        for path in ("les/99/weg", "les/x/weg", "vakantie/1/weg", "vakantie/-1/weg"):
            await one.get(f"{base}/maken")
            assert (await one.post(f"{base}/maken/{path}")).status == 404, path
        day = "2026-05-01"
        for fields in ({"first": day, "last": "2026-04-01"}, {"first": "x"}, {},
                       {"first": day, "last": day, "name": "n" * 41}):  # fmt: skip
            await one.get(f"{base}/maken")
            assert (await one.post(f"{base}/maken/vakantie", fields)).status == 400, fields
        assert (await one.post(f"{base}/maken/week", {"week_a": "x"})).status == 400
        day = TODAY.isoformat()
        offs = [
            {"first": day, "reason": "griep"}, {"first": day}, {"first": "x", "reason": "ziek"},
            {"first": "2020-01-01", "reason": "ziek"},
            {"first": day, "last": (TODAY + timedelta(days=200)).isoformat(), "reason": "ziek"},
            {"first": day, "begin": "12:00", "end": "11:00", "reason": "ziek"},
        ]  # fmt: skip
        for off in offs:
            await home.get(base)
            assert (await home.post(f"{base}/afmelden", off)).status == 400, off
        for wrong_week in ("x", "0001-01-01", "9999-12-31", "2026-13-01"):
            assert (await one.get(f"{base}?week={wrong_week}")).status == 200
        assert await desk.rooster.timetables.of(1) == before


async def hour_ago(at: Pages, placement_id: int, hours: float = 2.0) -> float:
    """A lesson of fifty minutes that began so long ago; gives its beginning."""
    begin = slot_of(time.time() - hours * 3600) * 300.0
    moment = datetime.fromtimestamp(begin, ZONE)
    minute = moment.hour * 60 + moment.minute
    day = moment.date()
    row = Row(
        subject="biologie", weekday=day.isoweekday(), begin_min=minute,
        end_min=min(1440, minute + 50), first=day, last=day,
    )  # fmt: skip
    keeper = at.site.desk.rooster
    await keeper.timetables.add_row(placement_id, row, Event(at=1, who="t", what="row_added"))
    await keeper.changed(placement_id)
    return begin


async def do_begin(at: Pages, one: Browser, code: str) -> None:
    """The evaluation's first round, and its page."""
    await kept_rounds.begin(at.store, 1, TODAY.isoformat(), Event(at=1, who="t", what="row_added"))
    await one.get(f"/plaatsing/{code}/evaluatie/samen")


async def test_hours_come_of_what_the_set_reported() -> None:
    if datetime.now(ZONE).hour < 4:
        pytest.skip("the lesson would be yesterday's")
    async with pages() as at, browser(at) as school, browser(at) as home, devices(at) as sets:
        here, pair = await case(at, "Anna"), await Pair().add_to(at.store)
        number = await with_set(at, here.code, pair.unit.public)
        begin = await hour_ago(at, number)
        kept, keeper = SetsStore(at.store), at.site.desk.rooster
        live = [Slot(slot_of(begin) + n, 300, 300 if n < 6 else 0) for n in range(10)]
        await kept.add_slots([(pair.unit.public, one) for one in live])
        await kept.fault_began(pair.unit.public, "camera_absent", begin + 1800)
        await keeper.close_lessons()
        await keeper.close_lessons()
        (one,) = await Hours(at.store).last(number)
        assert (one.subject, one.live_s, one.lost) == ("biologie", 1800, "technisch")
        base = f"/plaatsing/{here.code}/uren"
        await enter(at, school, here.people["begeleider"])
        await enter(at, home, here.people["ouder"])
        page = (await home.get(base)).text
        assert "0,5 van 0,8 uur gevolgd (60 %)" in page and "<select" not in page
        assert "0.5 of 0.8 hours" in (await home.get(f"{base}?taal=en")).text
        await school.get(f"{base}?taal=nl")
        await school.post(f"{base}/{one.id}", {"lost": "ziek"})
        assert "bewaard" in (await school.get(school.where)).text
        assert (await Hours(at.store).last(number))[0].lost == "ziek"
        await do_begin(at, school, here.code)
        assert "0,5 van 0,8 uur gevolgd (60 %)" in school.text
        for path, lost in ((one.id, "griep"), (99, "ziek"), ("x", "ziek")):
            await school.get(base)
            assert (await school.post(f"{base}/{path}", {"lost": lost})).status in (400, 404)
        csv = (await home.get(f"{base}/uren.csv")).text
        assert "biologie;1;50;30;20;0;0;0;0;0" in csv.replace("\r", "")
        del sets


async def test_questions_count_for_the_lesson_that_goes_on_and_no_other() -> None:
    async with pages() as at, devices(at) as sets:
        here, pair = await case(at, "Anna"), await Pair().add_to(at.store)
        number = await with_set(at, here.code, pair.unit.public)
        begin = await hour_ago(at, number, hours=0.1)
        keeper = at.site.desk.rooster
        board = at.site.watch
        heard: list[tuple[str, int, int]] = []
        board.asked = lambda *what: heard.append(what)
        unit = await sets.device(pair.unit)
        for questions, turns in ((5, 2), (6, 2), (6, 3), (0, 0), (1, 0)):
            await unit.send(Report(state="live", live=True, questions=questions, turns=turns))
        await unit.send("rubbish")
        await unit.ended()
        # The first report tells of before; a count that fell is a program that started anew.
        assert [what[1:] for what in heard] == [(1, 0), (0, 1), (1, 0)]
        for what in heard:
            await keeper.count(*what)
        await keeper.count("nobody", 9, 9)
        assert await keeper.hours.last(number) == []  # it goes on
        now = begin + 3000 + 1000
        keeper._clock = lambda: now
        await keeper.close_lessons()
        (one,) = await keeper.hours.last(number)
        assert (one.questions, one.turns) == (2, 1)


async def test_another_process_s_change_and_the_end_of_a_placement_are_noticed() -> None:
    async with pages() as at, devices(at) as sets:
        here, pair = await case(at, "Anna"), await Pair().add_to(at.store)
        number = await with_set(at, here.code, pair.unit.public)
        unit = await sets.device(pair.unit)
        await hour_ago(at, number)
        assert (await unit.expect(Agenda)).holds
        keeper = at.site.desk.rooster
        off = Off(begin=time.time() - 9000, end=time.time() + 9000)
        await keeper.timetables.sign_off(number, None, off, Event(at=1, who="t", what="signed_off"))
        async with at.store.transaction() as connection:
            await connection.execute(update(placements).values(state="returned"))
        await keeper.load()
        assert await unit.expect(Agenda) == Agenda(holds=False)
        assert at.site.watch.agenda.timetable(pair.unit.public) is None
