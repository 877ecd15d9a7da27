"""Five years of rows of 700 placements for `bench dossier`: the same each time."""

import base64
import random
import time
from datetime import date, timedelta

import msgspec
from sqlalchemy import Connection, Table, insert

from dossier.forms import tables as forms
from dossier.history import SLOT_S
from dossier.placement.states import CRITERIA, Facts
from dossier.placement.store import columns_of
from dossier.placement.tables import members, placement_events, placements
from dossier.rondom import tables as rondom
from dossier.rooster import tables as rooster
from dossier.tables import accounts, audit, invitations, link_history
from dossier.tokens import hashed
from signaling.set_number import set_number
from signaling.store_tables import pairs

PLACEMENTS = 700
WHOLE = 7
"""Placements in which the same people are, each with everything."""
_LONG = 10
"""Placements that have five years of lessons and rounds; nobody else needs a set so long."""
_DAYS = 5 * 365
_NOW = time.time()
ROLES = ("consulent", "regiehouder", "begeleider", "docent", "buddy", "leerling", "ouder")
ACCOUNTS = {role: n for n, role in enumerate((*ROLES, "projectbureau", "beheerder", "helpdesk"), 1)}
_ROUNDS = 12
TOKEN = "t" * 42 + "A"
"""Of the calendar's address in the first placement, and of an invitation."""
_WITH_SET = ("in_use", "placed", "closing", "delivered")
_STATES = ("in_use", "requested", "planned", "placed", "closing", "in_use", "in_use")


def code(n: int) -> str:
    return f"p{n - 1:09d}"


def key(n: int) -> str:
    """Of the n-th set."""
    return base64.urlsafe_b64encode(n.to_bytes(32)).decode().rstrip("=")


def monday() -> date:
    today = date.today()
    return today - timedelta(days=today.weekday())


def fill(connection: Connection) -> None:
    """Rows as five years would leave them; the same each time."""
    dice = random.Random(7)
    _many(connection, accounts, [_account(n, role, role) for role, n in ACCOUNTS.items()])
    _many(
        connection,
        accounts,
        [
            _account(n * 10 + 100 + index, f"{role} {n}", role)
            for n in range(WHOLE + 1, PLACEMENTS + 1)
            for index, role in enumerate(ROLES[1:])
        ],
    )
    numbers = range(1, PLACEMENTS + 1)
    facts = Facts(
        kind="vo", age=13, weeks=20, judged=dict.fromkeys(CRITERIA, "yes"), motive="graag " * 40
    )
    _many(
        connection,
        placements,
        [
            {
                "id": n,
                "code": code(n),
                "state": _STATES[n % 7],
                "since": _NOW - n * 3600,
                "created_at": _NOW - n * 7200,
                "pupil": f"Kind {n}",
                "school": f"School {n % 90}",
                **columns_of(
                    msgspec.structs.replace(facts, set_number=set_number(key(n)))
                    if _STATES[n % 7] in _WITH_SET
                    else facts
                ),
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
                "account_id": ACCOUNTS[role]
                if n <= (60 if role == "consulent" else WHOLE)
                else None
                if role == "consulent"
                else n * 10 + 99 + index,
                "role": role,
                "name": f"{role} {n}",
                "phone": "0612345678",
                "mail": "iemand@voorbeeld.nl",
                "shares": True,
                "added_at": _NOW,
            }
            for n in numbers
            for index, role in enumerate(ROLES)
        ],
    )
    _forms(connection, dice)
    _around(connection, dice)
    _talk(connection)
    _sets(connection)
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


def _account(number: int, name: str, role: str) -> dict[str, object]:
    return {
        "id": number,
        "name": name,
        "name_key": name,
        "role": role,
        "password_hash": "",
        "handle": name,
        "created_at": _NOW,
    }


def _forms(connection: Connection, dice: random.Random) -> None:
    """Checklists and goals of all, and rounds of evaluation."""
    from dossier.forms.checklists import ITEMS
    from dossier.forms.inventory import KINDS

    numbers = range(1, PLACEMENTS + 1)
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
    rounds: list[dict[str, object]] = []
    statements: list[dict[str, object]] = []
    scores: list[dict[str, object]] = []
    actions: list[dict[str, object]] = []
    for n in range(1, PLACEMENTS + 1):
        for turn in range(_ROUNDS if n <= _LONG else 3):
            round_id = n * 20 + turn
            here = {"placement_id": n, "round_id": round_id}
            rounds.append(
                {
                    "id": round_id,
                    "placement_id": n,
                    "number": turn + 1,
                    "began_on": "2026-01-01",
                    "ended_on": "" if turn + 1 == _ROUNDS and n % 2 else "2026-01-10",
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
                    for who, role in enumerate(ROLES)
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
    rows: list[dict[str, object]] = []
    hours: list[dict[str, object]] = []
    news: list[dict[str, object]] = []
    for n in range(1, PLACEMENTS + 1):
        for weekday in range(5):
            for lesson in range(6):
                rows.append(
                    {
                        "id": len(rows) + 1,
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
        for day in range(_DAYS if n <= _LONG else 60):
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


def _talk(connection: Connection) -> None:
    """A long conversation in each whole placement, and the addresses that need no login."""
    ours = range(1, WHOLE + 1)
    chats = [{"id": n, "placement_id": n, "title": "Samen", "at": _NOW} for n in ours]
    _many(connection, rondom.chats, chats)
    _many(
        connection,
        rondom.chat_members,
        [
            {"placement_id": n, "chat_id": n, "member_id": n * 10 + index, "seen_at": 1.0}
            for n in ours
            for index in range(len(ROLES))
        ],
    )
    _many(
        connection,
        rondom.chat_lines,
        [
            {
                "placement_id": n,
                "chat_id": n,
                "member_id": n * 10,
                "who": "iemand",
                "at": _NOW - line,
                "text": "Tot morgen in de klas! " * 4,
            }
            for n in ours
            for line in range(2000)
        ],
    )
    link = {"token_sha256": hashed(TOKEN), "placement_id": 1, "member_id": 10}
    _many(connection, rooster.rooster_links, [link])
    invited = {"token_sha256": hashed(TOKEN), "role": "ouder", "expires_at": _NOW + 1e6}
    _many(connection, invitations, [invited])


def _sets(connection: Connection) -> None:
    """Each placement that has one has a set of its own; some with a month of history."""
    ours = [n for n in range(1, PLACEMENTS + 1) if _STATES[n % 7] in _WITH_SET]
    _many(
        connection,
        pairs,
        [
            {
                "unit_key": key(n),
                "laptop_key": key(n + 10_000),
                "epoch": 1,
                "created_at": _NOW,
                "revoked": False,
            }
            for n in ours
        ],
    )
    slot = int(_NOW) // SLOT_S
    _many(
        connection,
        link_history,
        [
            {
                "unit_key": key(n),
                "slot": slot - back,
                "online_s": 300.0,
                "live_s": 200.0,
                "samples": 10,
                "lost_pct": 1.0,
                "rtt_ms": 40.0,
                "rate_kbps": 900.0,
                "restarts": 0,
            }
            for n in ours[:20]
            for back in range(30 * 288)
        ],
    )


def _many(connection: Connection, table: Table, rows: list[dict[str, object]]) -> None:
    for start in range(0, len(rows), 2000):
        connection.execute(insert(table), rows[start : start + 2000])
