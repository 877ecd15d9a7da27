"""Who hears by mail or push that there is something new: who asked for it, and not too often."""

import time
from collections.abc import Callable, Sequence

from sqlalchemy import Select, delete, insert, select, update

from dossier.placement.tables import members
from dossier.push import Pusher
from dossier.push_store import due
from dossier.roles import PlacementRight, any_may
from dossier.rondom.mail import Mailer
from dossier.rondom.tables import notices
from signaling.store import Store

APART_S = 1800.0
"""Ten messages in a row are one notice."""


class Notices:
    """Every method raises StoreError("unreachable") when the database is away."""

    def __init__(
        self,
        store: Store,
        mailer: Mailer,
        pusher: Pusher,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store, self._clock = store, clock
        self._mailer, self._pusher = mailer, pusher

    @property
    def mail_works(self) -> bool:
        return self._mailer.works

    @property
    def push_works(self) -> bool:
        return self._pusher.works

    async def wants_mail(self, member_id: int) -> bool:
        wanted = select(notices.c.mail).where(notices.c.member_id == member_id)
        async with self._store.transaction() as connection:
            return bool((await connection.execute(wanted)).scalar())

    async def choose_mail(self, placement_id: int, member_id: int, mail: bool) -> None:
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
        if not self.mail_works and not self.push_works:
            return
        now = self._clock()
        async with self._store.transaction() as connection:
            rows = (await connection.execute(_people(placement_id))).all()
            told = [
                one
                for one in rows
                if one.id != by and any_may((one.role,), right) and (only is None or one.id in only)
            ]
            mails = {
                one.id: one.mail
                for one in told
                if one.wants and one.mail and one.told_at < now - APART_S
            }
            if mails:
                await connection.execute(
                    update(notices).where(notices.c.member_id.in_(mails)).values(told_at=now)
                )
            devices = await due(connection, [one.account_id for one in told], now, APART_S)
        self._mailer.send(list(mails.values()), url)
        self._pusher.send(devices)


def _people(placement_id: int) -> Select[tuple[int, int, str, str, bool | None, float | None]]:
    """Who can log in, and whether a mail is wanted."""
    return (
        select(
            members.c.id,
            members.c.account_id,
            members.c.role,
            members.c.mail,
            notices.c.mail.label("wants"),
            notices.c.told_at,
        )
        .outerjoin(notices, notices.c.member_id == members.c.id)
        .where(
            members.c.placement_id == placement_id,
            members.c.ended_at.is_(None),
            members.c.account_id.is_not(None),
        )
    )
