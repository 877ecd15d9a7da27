"""What the product finds out by itself about a placement: the sets' reports become facts."""

import asyncio
from collections.abc import Callable, Mapping

import msgspec
import structlog
from sqlalchemy import select, update

from dossier.placement.events import Event, record
from dossier.placement.states import Facts, State, learn
from dossier.placement.store import Placements, columns_of, today
from dossier.placement.tables import placements
from dossier.sets_board import SetNow, SetsBoard
from dossier.sets_store import SetsStore
from signaling.set_number import set_number
from signaling.store import StoreError

_log = structlog.get_logger("dossier.learned")

_TICK_S = 20.0
_MOST_LOST_PCT, _MOST_RTT_MS = 5.0, 400.0
"""A lesson on a line like this can be followed: the network is good enough."""


def found(state: State, now: SetNow | None, paired: bool) -> frozenset[str]:
    """Facts that hold now, by what a set reports and whether it is paired."""
    if state == "closing" and not paired:
        return frozenset({"unit_back_on"})  # un-pairing is the last thing that is done with it
    report = now.report if now is not None and now.online else None
    if state not in ("delivered", "placed", "in_use") or report is None or not report.live:
        return frozenset()
    good = report.lost_pct <= _MOST_LOST_PCT and report.rtt_ms <= _MOST_RTT_MS
    return frozenset({"first_contact_on", "network_ok_on"} if good else {"first_contact_on"})


async def look(kept: Placements, sets: SetsStore, now_of: Callable[[str], SetNow | None]) -> int:
    """Write down what is new; gives in how many placements. Raises StoreError."""
    wanted = select(placements.c.id, placements.c.state, placements.c.facts).where(
        placements.c.state.in_(("delivered", "placed", "in_use", "closing")),
        placements.c.set_number != "",
    )
    async with kept.store.transaction() as connection:
        rows = (await connection.execute(wanted)).all()
    if not rows:
        return 0
    known: Mapping[str, str] = {set_number(key): key for key in await sets.sets()}
    day, count = today(kept.clock), 0
    for number, state, raw in rows:
        facts = before = msgspec.json.decode(raw, type=Facts)
        unit_key = known.get(facts.set_number, "")
        for name in sorted(found(state, now_of(unit_key), bool(unit_key))):
            facts = learn(facts, name, day)
        if facts != before:
            count += await _write(kept, number, raw, facts)
    return count


async def _write(kept: Placements, number: int, before: str, facts: Facts) -> int:
    """Nothing when a person was quicker: it is seen again in the next round."""
    event = Event(at=kept.clock(), who="", what="learned")
    async with kept.store.transaction() as connection:
        done = await connection.execute(
            update(placements)
            .where(placements.c.id == number, placements.c.facts == before)
            .values(**columns_of(facts))
        )
        if done.rowcount == 1:
            await record(connection, number, event)
    return int(done.rowcount == 1)


async def run(kept: Placements, sets: SetsStore, board: SetsBoard) -> None:
    """Until cancelled."""
    while True:
        try:
            await look(kept, sets, board.now)
        except StoreError as error:
            _log.error("store", code=error.code)
        except Exception:  # one odd row may not end the learning about all others
            _log.exception("learned")
        await asyncio.sleep(_TICK_S)
