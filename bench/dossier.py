"""Area `dossier`: how long a page of the placement file takes the server, with 700 placements and
five years of rows, on SQLite and on PostgreSQL. `python -m bench dossier`."""

import asyncio
import math
import random
import tempfile
import time

from sqlalchemy import Connection, insert

from bench.results import Bound, Results
from dossier.forms import tables as forms
from dossier.placement.states import CRITERIA, Facts
from dossier.placement.store import columns_of
from dossier.placement.tables import members, placement_events, placements
from dossier.rondom import tables as rondom
from dossier.rooster import tables as rooster
from dossier.tables import accounts, audit
from tests.helpdesk_tools import Pages, browser, pages
from tests.postgres_tools import new_database, postgres

AREA = "dossier"
SCENARIOS = ("sqlite", "postgresql")
BOUNDS = tuple(Bound(AREA, scenario, "page_p95_ms", True, 100) for scenario in SCENARIOS)

_PLACEMENTS = 700
_DAYS = 5 * 365
_NOW = time.time()
_ROLES = ("consulent", "regiehouder", "begeleider", "docent", "buddy", "leerling", "ouder")
_ROUNDS = 12
_TURNS = 13
_DOWNLOADS = ("/gegevens", ".ics", ".csv")
"""Files to take along: no pages, and as long as what they hold."""


def measure(results: Results) -> None:
    for scenario in SCENARIOS:
        figures = asyncio.run(_scenario(scenario))
        every = [ms for times in figures.values() for ms in times]
        for path, times in sorted(figures.items(), key=lambda one: -_p95(one[1]))[:8]:
            print(f"{scenario}: {_p95(times):.1f} ms {path}")
        results.add(
            AREA,
            scenario,
            "klasgenoot",
            page_p95_ms=max(_p95(times) for times in figures.values()),
            page_mean_ms=sum(every) / len(every),
        )


def _p95(times: list[float]) -> float:
    return sorted(times)[math.ceil(0.95 * len(times)) - 1]


async def _scenario(scenario: str) -> dict[str, list[float]]:
    if scenario == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            return await _pages(f"sqlite:///{folder}/server.db")
    with postgres() as server:
        return await _pages(await new_database(server, "bench"))


async def _pages(url: str) -> dict[str, list[float]]:
    """Path -> milliseconds at the server, a page after the other."""
    async with pages(url=url) as at, browser(at) as one:
        await at.store.whole(fill)
        figures: dict[str, list[float]] = {}
        for role in ("projectbureau", "regiehouder", "leerling", "consulent", "beheerder"):
            token = await at.site.desk.sessions.begin(_ACCOUNTS[role], "password")
            one.session.cookie_jar.update_cookies({"klasgenoot": token})
            for path in _paths(at):
                name = f"{role} {path}"
                for turn in range(_TURNS):
                    started = time.perf_counter()
                    await one.get(path.replace("{placement}", f"p{turn % 7:09d}"))
                    spent = (time.perf_counter() - started) * 1000
                    if one.status != 200:
                        break
                    if turn:  # the first one reads the template
                        figures.setdefault(name, []).append(spent)
        assert len(figures) > 25, sorted(figures)
        return figures


def _paths(at: Pages) -> list[str]:
    """Every page that needs no more than a placement's name."""
    return [
        *(
            route.path
            for route in at.site.table
            if route.method == "GET"
            and route.right is not None
            and "{" not in route.path.replace("{placement}", "")
            and not route.path.endswith(_DOWNLOADS)
        ),
        "/plaatsingen?zoek=kind+6&blad=3",
        "/plaatsing/{placement}/inventarisatie?formulier=3",
    ]


_ACCOUNTS: dict[str, int] = {}


def fill(connection: Connection) -> None:
    """Rows as five years would leave them; the same each time."""
    dice = random.Random(7)
    people = [*_ROLES, "projectbureau", "beheerder"]
    _ACCOUNTS.update({role: number for number, role in enumerate(people, 1)})
    _many(connection, accounts, [_account(n, role) for role, n in _ACCOUNTS.items()])
    numbers = range(1, _PLACEMENTS + 1)
    facts = Facts(
        kind="vo", age=13, weeks=20, judged=dict.fromkeys(CRITERIA, "yes"), motive="graag " * 40
    )
    states = ("in_use", "requested", "planned", "placed", "closing", "in_use", "in_use")
    _many(
        connection,
        placements,
        [
            {
                "id": n,
                "code": f"p{n - 1:09d}",
                "state": states[n % 7],
                "since": _NOW - n * 3600,
                "created_at": _NOW - n * 7200,
                "pupil": f"Kind {n}",
                "school": f"School {n % 90}",
                **columns_of(facts),
            }
            for n in numbers
        ],
    )
    _many(
        connection,
        members,
        [
            {
                "id": n * 10 + index,
                "placement_id": n,
                "account_id": _ACCOUNTS[role] if n <= (60 if role == "consulent" else 7) else None,
                "role": role,
                "name": f"{role} {n}",
                "phone": "0612345678",
                "mail": "iemand@voorbeeld.nl",
                "shares": True,
                "added_at": _NOW,
            }
            for n in numbers
            for index, role in enumerate(_ROLES)
        ],
    )
    _forms(connection, dice)
    _around(connection, dice)
    _many(
        connection,
        audit,
        [
            {
                "at": _NOW - n * 600,
                "who": "Anna",
                "what": "doctor",
                "unit_key": "",
                "detail": "",
            }
            for n in range(50_000)
        ],
    )


def _account(number: int, role: str) -> dict[str, object]:
    return {
        "id": number,
        "name": role,
        "name_key": role,
        "role": role,
        "password_hash": "",
        "handle": role,
        "created_at": _NOW,
    }


def _forms(connection: Connection, dice: random.Random) -> None:
    """Checklists and goals of all, and rounds of evaluation."""
    from dossier.forms.checklists import ITEMS
    from dossier.forms.inventory import KINDS

    numbers = range(1, _PLACEMENTS + 1)
    _many(
        connection,
        forms.checks,
        [
            {
                "placement_id": n,
                "item": item.key,
                "done_on": "2026-01-01",
                "who": "iemand",
                "remark": "goed",
                "member_id": n * 10,
            }
            for n in numbers
            for item in ITEMS
            if dice.random() < 0.6
        ],
    )
    _many(
        connection,
        forms.inventory_lines,
        [
            {
                "placement_id": n,
                "form": form,
                "kind": kind,
                "goal": "Meedoen in de pauze",
                "result": "2 keer per week",
                "smart": "smart",
                "until": "2027-01-01",
                "member_id": n * 10,
            }
            for n in numbers
            for form in (1, 2, 3)
            for kind in KINDS[: 6 if form < 3 else 4]
            for _ in range(3)
        ],
    )
    _many(
        connection,
        placement_events,
        [
            {
                "placement_id": n,
                "at": _NOW - index,
                "who": "iemand",
                "what": "checked",
                "detail": "greet",
                "member_id": n * 10,
            }
            for n in numbers
            for index in range(300)
        ],
    )
    _rounds(connection, dice)


def _rounds(connection: Connection, dice: random.Random) -> None:
    rounds, statements, scores, actions = [], [], [], []
    for n in range(1, _PLACEMENTS + 1):
        for turn in range(_ROUNDS if n <= 10 else 3):
            round_id = n * 20 + turn
            here = {"placement_id": n, "round_id": round_id}
            rounds.append(
                {
                    "id": round_id,
                    "placement_id": n,
                    "number": turn + 1,
                    "began_on": "2026-01-01",
                    "ended_on": "2026-01-10",
                }
            )
            for index in range(20):
                number = round_id * 40 + index
                statements.append(
                    {
                        **here,
                        "id": number,
                        "kind": "own",
                        "key": f"own_{index}",
                        "text": f"Stelling {index} over de les",
                        "turned": False,
                    }
                )
                scores += [
                    {
                        **here,
                        "statement_id": number,
                        "member_id": n * 10 + who,
                        "role": role,
                        "score": dice.randint(1, 5),
                    }
                    for who, role in enumerate(_ROLES)
                ]
            actions += [
                {**here, "what": "Doen", "who": "ik", "how": "", "due": "2027-01-01", "done": True}
            ] * 4
    _many(connection, forms.evaluation_rounds, rounds)
    _many(connection, forms.evaluation_statements, statements)
    _many(connection, forms.evaluation_scores, scores)
    _many(connection, forms.evaluation_actions, actions)


def _around(connection: Connection, dice: random.Random) -> None:
    """A timetable and its hours, and what people wrote: five years for ten, weeks for the rest."""
    rows, hours, news = [], [], []
    for n in range(1, _PLACEMENTS + 1):
        for weekday in range(5):
            for lesson in range(6):
                rows.append(
                    {
                        "placement_id": n,
                        "uid": f"{n}-{weekday}-{lesson}",
                        "subject": f"vak {lesson}",
                        "room": "2.13",
                        "kind": "les",
                        "weekday": weekday + 1,
                        "begin_min": 510 + lesson * 60,
                        "end_min": 560 + lesson * 60,
                        "week": "elke",
                        "first": "2022-01-01",
                        "last": "2027-07-01",
                        "skips": "",
                    }
                )
        for day in range(_DAYS if n <= 10 else 60):
            if day % 7 < 5:
                for lesson in range(3):
                    begin = _NOW - day * 86_400 + lesson * 3600
                    hours.append(
                        {
                            "placement_id": n,
                            "begin": begin,
                            "end": begin + 3000,
                            "subject": f"vak {lesson}",
                            "kind": "les",
                            "live_s": 2800.0,
                            "lost": "",
                            "by_hand": False,
                            "questions": 2,
                            "turns": 1,
                            "over": True,
                        }
                    )
        news += [
            {
                "placement_id": n,
                "member_id": n * 10,
                "who": "iemand",
                "at": _NOW - index,
                "title": "Nieuws",
                "text": "Iets van de klas. " * 10,
            }
            for index in range(100)
        ]
    _many(connection, rooster.rooster_rows, rows)
    _many(connection, rooster.lesson_hours, hours)
    _many(connection, rondom.news, news)


def _many(connection: Connection, table, rows) -> None:  # type: ignore[no-untyped-def]
    for start in range(0, len(rows), 2000):
        connection.execute(insert(table), rows[start : start + 2000])
