"""Area `dossier`: how long each page of the placement file takes the server, with 700 placements
and five years of rows, and whether a night's backup and a calendar come back as they were; on
SQLite and on PostgreSQL. `python -m bench dossier`."""

import asyncio
import contextlib
import io
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from sqlalchemy import Connection, MetaData, func, select

from bench.dossier_rows import ACCOUNTS, TOKEN, WHOLE, code, fill, key, monday
from bench.results import Bound, Results, percentile
from dossier import backup
from dossier.papers.gather import PAPERS
from dossier.rondom.files_store import FOLDERS
from dossier.rooster.ical_in import from_ical
from dossier.rooster.ical_out import to_ical
from dossier.rooster.lessons import ZONE, Timetable, lessons
from dossier.schema import prepare
from signaling.set_number import set_number
from signaling.store import Store
from tests.helpdesk_tools import Browser, Pages, browser, pages
from tests.postgres_tools import new_database, postgres

AREA = "dossier"
SCENARIOS = ("sqlite", "postgresql")
BOUNDS = tuple(
    bound
    for scenario in SCENARIOS
    for bound in (
        Bound(AREA, scenario, "page_p95_ms", True, 100),
        Bound(AREA, scenario, "worst_page_p95_ms", True, 100),
        Bound(AREA, scenario, "pages_not_measured", True, 0),
        Bound(AREA, scenario, "rows_not_restored", True, 0),
        Bound(AREA, scenario, "lessons_not_back", True, 0),
    )
)
_ROUNDS = 20
_ICAL_TRIES = 50


class Times(NamedTuple):
    """Of one page, in ms: on the clock, and of this process's own work (also the asker's)."""

    wall: list[float]
    work: list[float]


def measure(results: Results) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for scenario in SCENARIOS:
            asyncio.run(_scenario(scenario, results))


async def _scenario(scenario: str, results: Results) -> None:
    async with _databases(scenario) as (url, other):
        print(f"{scenario}: filling", flush=True)
        await _filled(url)
        async with pages(url=url) as at, browser(at) as one:
            await _uploads(at)
            routes, missed = _routes(at)
            print(f"{scenario}: {len(routes)} addresses", flush=True)
            found = await _measured(at, one, routes)
            missed |= {route for route, _ in routes} - {route for route, _ in found}
            _told(scenario, results, found, missed)
            results.add(AREA, scenario, "klasgenoot", lessons_not_back=await _calendars(at))
        wrong = await _restored(url, other)
        results.add(AREA, scenario, "klasgenoot", rows_not_restored=wrong)


async def _filled(url: str) -> None:
    """Before the server starts: it closes the lessons of the time that it was away."""
    store = await Store.open(url)
    await prepare(store)
    await store.whole(fill)
    await store.close()


def _told(
    scenario: str, results: Results, found: dict[tuple[str, str], Times], missed: set[str]
) -> None:
    for route in sorted(missed):
        print(f"{scenario}: NOT MEASURED {route}")
    worst = sorted(found.items(), key=lambda item: -percentile(item[1].wall, 0.95))
    for (route, role), times in worst[:12]:
        wall, work = percentile(times.wall, 0.95), percentile(times.work, 0.95)
        print(f"{scenario}: {wall:.1f} ms ({work:.1f} ms work) {route} as {role or 'nobody'}")
    shown = {key: times for key, times in found.items() if not _is_file(key[0])}
    every = [ms for times in shown.values() for ms in times.wall]
    work = [ms for times in shown.values() for ms in times.work]
    page, file = (
        max(percentile(times.wall, 0.95) for (route, _), times in found.items() if is_it(route))
        for is_it in (lambda route: not _is_file(route), _is_file)
    )
    results.add(
        AREA,
        scenario,
        "klasgenoot",
        page_p95_ms=percentile(every, 0.95),
        page_mean_ms=sum(every) / len(every),
        page_work_p95_ms=percentile(work, 0.95),
        worst_page_p95_ms=page,
        worst_file_p95_ms=file,
        worst_page_work_p95_ms=max(percentile(times.work, 0.95) for times in shown.values()),
        pages_not_measured=len(missed),
    )


def _is_file(route: str) -> bool:
    """To take along: as long as what it holds, and told apart for that."""
    path = route.partition("?")[0]
    return path.endswith(("/gegevens", ".ics", ".csv", "{file}"))


@contextlib.asynccontextmanager
async def _databases(scenario: str) -> AsyncIterator[tuple[str, str]]:
    """One for the pages, and an empty one for what is restored."""
    if scenario == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/server.db", f"sqlite:///{folder}/other.db"
        return
    with postgres() as server:
        yield await new_database(server, "bench"), await new_database(server, "other")


async def _uploads(at: Pages) -> None:
    """A picture in each folder; the first of its placement and folder is what is fetched."""
    raw = io.BytesIO()
    Image.effect_noise((640, 480), 40).save(raw, "PNG")
    for n in range(1, WHOLE + 1):
        for folder in FOLDERS:
            await at.site.desk.together.files.add(
                n, folder, (n * 10, "iemand"), "foto", raw.getvalue()
            )


def _routes(at: Pages) -> tuple[list[tuple[str, list[str]]], set[str]]:
    """(route, its addresses one after the other) of every GET of the table, those with a question
    too; and the routes for which there is no address."""
    found: list[tuple[str, list[str]]] = []
    for route in at.site.table:
        if route.method == "GET":
            found += [
                (path, _addresses(path)) for path in (route.path, *_ASKED.get(route.path, ()))
            ]
    missed = {path for path, some in found if any("{" in one for one in some)}
    return [one for one in found if one[0] not in missed], missed


_ASKED = {
    "/plaatsingen": ("/plaatsingen?zoek=kind+6&blad=3", "/plaatsingen?zoek=school&blad=9"),
    "/plaatsing/{placement}/logboek": ("/plaatsing/{placement}/logboek?blad=6",),
    "/plaatsing/{placement}/taken": ("/plaatsing/{placement}/taken?fase=3",),
    "/plaatsing/{placement}/inventarisatie": (
        "/plaatsing/{placement}/inventarisatie?formulier=3",
        "/plaatsing/{placement}/inventarisatie?formulier=2",
    ),
    "/plaatsing/{placement}/evaluatie/samen": ("/plaatsing/{placement}/evaluatie/samen?ronde=1",),
    "/plaatsing/{placement}/uren": ("/plaatsing/{placement}/uren?tijd=alles",),
    "/plaatsing/{placement}/uren/uren.csv": ("/plaatsing/{placement}/uren/uren.csv?tijd=alles",),
    "/helpdesk": ("/helpdesk?zoek=4", "/helpdesk?blad=5"),
    "/helpdesk/set/{number}": ("/helpdesk/set/{number}?tijd=week",),
    "/logboek": ("/logboek?blad=900",),
}


def _addresses(path: str) -> list[str]:
    """Of one placement after the other; where the paths differ in more, of that too."""
    made = []
    for n in range(1, WHOLE + 1):
        values = {
            "placement": code(n),
            "number": set_number(key(1 if n == 1 else 3)),
            "token": TOKEN,
            "chat": str(n),
            "row": str((n - 1) * 30 + 1),
            "day": monday().isoformat(),
            "paper": PAPERS[n % len(PAPERS)],
            "file": str(2 * n - (0 if "/album/" in path else 1)),
        }
        one = path
        for name, value in values.items():
            one = one.replace(f"{{{name}}}", value)
        made.append(one)
    return list(dict.fromkeys(made))


async def _measured(
    at: Pages, one: Browser, routes: list[tuple[str, list[str]]]
) -> dict[tuple[str, str], Times]:
    """(route, role) -> times, of whoever may see it; each address once before it counts."""
    found: dict[tuple[str, str], Times] = {}
    for role in ("", *ACCOUNTS):
        one.session.cookie_jar.clear()
        if role:
            token = await at.site.desk.sessions.begin(ACCOUNTS[role], "password")
            one.session.cookie_jar.update_cookies({"klasgenoot": token})
        for route, addresses in routes:
            fine = (200, 303) if route == "/" else (200,)  # it leads to one's own first page
            seen = [path for path in addresses if await _got(one, path) in fine]
            if not seen:
                continue
            times = found[route, role] = Times([], [])
            for n in range(_ROUNDS):
                began, worked = time.perf_counter(), time.process_time()
                await _got(one, seen[n % len(seen)])
                times.wall.append((time.perf_counter() - began) * 1000)
                times.work.append((time.process_time() - worked) * 1000)
        print(f"{role or 'nobody'}: {len(found)} pages so far", flush=True)
    return found


async def _got(one: Browser, path: str) -> int:
    """The status, when all of it is here; a picture is no text."""
    where = f"{one.at.origin}{path}"
    async with one.session.get(where, allow_redirects=False) as answer:
        await answer.read()
        return answer.status


# --- what comes back ----------------------------------------------------------------------------


async def _restored(url: str, into: str) -> int:
    """Rows of a backup that are not there, or not the same, in the other database."""
    store, path, began = await Store.open(url), Path("nacht.gz"), time.perf_counter()
    count = await store.whole(lambda connection: backup.write(connection, path))
    written, other = time.perf_counter(), await Store.open(into)
    await prepare(other)
    await other.whole(lambda connection: backup.restore(connection, path, replace=False))
    done = time.perf_counter()
    print(
        f"backup of {count} rows: {written - began:.0f} s, back in {done - written:.0f} s",
        flush=True,
    )
    before, after = await store.whole(_digest), await other.whole(_digest)
    for each in (store, other):
        await each.close()
    assert sum(map(len, before.values())) >= count
    wrong = {
        name: len(before.get(name, set()) ^ after.get(name, set()))
        for name in before.keys() | after.keys()
    }
    print("not the same:", {name: count for name, count in wrong.items() if count}, flush=True)
    return sum(wrong.values())


def _digest(connection: Connection) -> dict[str, set[int]]:
    """Table -> its rows, a number each: the same in one process for the same values."""
    known = MetaData()
    known.reflect(connection)
    found: dict[str, set[int]] = {}
    for table in known.sorted_tables:
        names = sorted(table.c.keys())  # migrations put new columns at the end
        wanted = select(*(table.c[name] for name in names))
        rows = {hash(tuple(row)) for row in connection.execute(wanted)}
        counted = connection.execute(select(func.count()).select_from(table)).scalar()
        assert len(rows) == counted, table.name
        found[table.name] = rows
    return found


async def _calendars(at: Pages) -> int:
    """Lessons of whole timetables that are others after a way out and in as a calendar file."""
    tables = at.site.desk.rooster.timetables
    today, wrong = date.today(), 0
    now = datetime.now(ZONE)
    for n in range(1, _ICAL_TRIES + 1):
        timetable = await tables.of(n)
        found = from_ical(to_ical(timetable, "Rooster", now), today, timetable.week_a)
        back = Timetable(rows=found.rows, changes=found.changes, week_a=timetable.week_a)
        wrong += len(_seen(timetable) ^ _seen(back))
    return wrong


def _seen(timetable: Timetable) -> set[tuple[object, ...]]:
    """From today on, over a day on which the clocks change: the past is not taken in."""
    today = date.today()
    return {
        (one.subject, one.room, one.kind, one.begin, one.end, one.state)
        for one in lessons(timetable, today, today + timedelta(days=210))
    }
