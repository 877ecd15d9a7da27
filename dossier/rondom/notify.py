"""Who hears by mail that there is something new: whoever asked for it, and not too often."""

import time
from collections.abc import Callable, Sequence

from sqlalchemy import and_, delete, insert, select, update

from dossier.placement.tables import members
from dossier.roles import PlacementRight, any_may
from dossier.rondom.mail import Mailer
from dossier.rondom.tables import notices
from signaling.store import Store

APART_S = 1800.0
"""Ten messages in a row are one mail."""


class Notices:
    """Every method raises StoreError("unreachable") when the database is away."""

    def __init__(
        self, store: Store, mailer: Mailer, clock: Callable[[], float] = time.time
    ) -> None:
        self._store, self._mailer, self._clock = store, mailer, clock

    @property
    def works(self) -> bool:
        return self._mailer.works

    async def wants(self, member_id: int) -> bool:
        wanted = select(notices.c.mail).where(notices.c.member_id == member_id)
        async with self._store.transaction() as connection:
            return bool((await connection.execute(wanted)).scalar())

    async def choose(self, placement_id: int, member_id: int, mail: bool) -> None:
        async with self._store.transaction() as connection:
            await connection.execute(delete(notices).where(notices.c.member_id == member_id))
            await connection.execute(
                insert(notices).values(
                    member_id=member_id, placement_id=placement_id, mail=mail, told_at=0.0
                )
            )

    async def tell(
        self,
        placement_id: int,
        right: PlacementRight,
        url: str,
        *,
        by: int | None,
        only: Sequence[int] | None = None,
    ) -> None:
        """Everybody who may read it (or `only` these) but who wrote it."""
        if not self.works:
            return
        now = self._clock()
        wanted = (
            select(members.c.id, members.c.role, members.c.mail)
            .join(notices, and_(notices.c.member_id == members.c.id, notices.c.mail))
            .where(
                members.c.placement_id == placement_id,
                members.c.ended_at.is_(None),
                members.c.account_id.is_not(None),
                members.c.mail != "",
                notices.c.told_at < now - APART_S,
            )
        )
        async with self._store.transaction() as connection:
            rows = (await connection.execute(wanted)).all()
            told = [
                (number, mail)
                for number, role, mail in rows
                if number != by and any_may((role,), right) and (only is None or number in only)
            ]
            if told:
                await connection.execute(
                    update(notices)
                    .where(notices.c.member_id.in_([number for number, _ in told]))
                    .values(told_at=now)
                )
        self._mailer.send([mail for _, mail in told], url)
