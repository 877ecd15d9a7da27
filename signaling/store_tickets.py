"""The pairing codes that are on a screen now, as far as the server knows them: one laptop may claim
each, within 15 minutes, and five wrong tries burn it.

The rules are in the SQL, so that they hold between processes too. `now` is seconds since 1970.
"""

from typing import Literal

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from signaling.pairing import LASTS_S, TRIES
from signaling.store import Store
from signaling.store_tables import tickets

Claim = Literal["won", "code_wrong", "code_used", "code_burnt", "code_expired"]

_KEEP_S = 3600.0
"""How long an old code is remembered, so that whoever comes late is told why."""


class Tickets:
    """Every method raises StoreError("unreachable") when the database is away."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def open(self, place: str, ticket_sha256: str, now: float) -> bool:
        """Hold a new code; False when its place is taken."""
        try:
            async with self._store.transaction() as connection:
                await connection.execute(
                    delete(tickets).where(tickets.c.expires_at < now - _KEEP_S)
                )
                await connection.execute(
                    insert(tickets).values(
                        place=place,
                        ticket_sha256=ticket_sha256,
                        expires_at=now + LASTS_S,
                        failures=0,
                        claimed=False,
                    )
                )
        except IntegrityError:
            return False
        return True

    async def claim(self, place: str, ticket_sha256: str, now: float) -> Claim:
        """Try to be the one; only who has the right ticket learns more than `code_wrong`."""
        right = (tickets.c.place == place) & (tickets.c.ticket_sha256 == ticket_sha256)
        fresh = ~tickets.c.claimed & (tickets.c.failures < TRIES) & (tickets.c.expires_at > now)
        async with self._store.transaction() as connection:
            won = await connection.execute(update(tickets).where(right, fresh).values(claimed=True))
            if won.rowcount == 1:
                return "won"
            row = (await connection.execute(select(tickets).where(right))).mappings().first()
            if row is None:
                await connection.execute(
                    update(tickets)
                    .where(tickets.c.place == place)
                    .values(failures=tickets.c.failures + 1)
                )
                return "code_wrong"
        if row["claimed"]:
            return "code_used"
        return "code_burnt" if row["failures"] >= TRIES else "code_expired"

    async def burnt(self, place: str) -> bool:
        """Whether nobody can claim it any more because of wrong tries."""
        wanted = select(tickets.c.failures).where(tickets.c.place == place, ~tickets.c.claimed)
        async with self._store.transaction() as connection:
            failures = (await connection.execute(wanted)).scalar()
        return failures is not None and failures >= TRIES

    async def close(self, place: str) -> None:
        """Nobody may claim it from now on: the unit's screen does not show it any more."""
        async with self._store.transaction() as connection:
            await connection.execute(
                update(tickets).where(tickets.c.place == place).values(claimed=True)
            )
