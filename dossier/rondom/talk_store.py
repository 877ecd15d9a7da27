"""News and messages as rows."""

import time
from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import delete, func, insert, select, update

from dossier.rondom.tables import chat_lines, chat_members, chats, news
from signaling.store import Store

MOST_NEWS = 500
MOST_CHATS = 200
MOST_LINES = 5_000
_SHEET = 200


class News(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    who: str
    at: float
    title: str
    text: str


class Chat(msgspec.Struct, frozen=True, kw_only=True):
    """`new`: something was said since this person looked."""

    id: int
    title: str
    at: float
    new: bool


class ChatLine(msgspec.Struct, frozen=True, kw_only=True):
    who: str
    at: float
    text: str
    mine: bool


class FullError(Exception):
    """There are as many as a placement may have."""


class Talk:
    """Every method raises StoreError("unreachable") when the database is away."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self.store, self.clock = store, clock

    # --- news ---------------------------------------------------------------------------------

    async def news(self, placement_id: int, most: int = 100) -> list[News]:
        """The newest first."""
        wanted = (
            select(news)
            .where(news.c.placement_id == placement_id)
            .order_by(news.c.id.desc())
            .limit(most)
        )
        async with self.store.transaction() as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return [
            News(id=r["id"], who=r["who"], at=r["at"], title=r["title"], text=r["text"])
            for r in rows
        ]

    async def add_news(
        self, placement_id: int, member_id: int | None, who: str, title: str, text: str
    ) -> None:
        """Raises FullError."""
        counted = select(func.count()).where(news.c.placement_id == placement_id)
        async with self.store.transaction() as connection:
            if ((await connection.execute(counted)).scalar() or 0) >= MOST_NEWS:
                raise FullError
            await connection.execute(
                insert(news).values(
                    placement_id=placement_id,
                    member_id=member_id,
                    who=who,
                    at=self.clock(),
                    title=title,
                    text=text,
                )
            )

    async def drop_news(self, placement_id: int, number: int) -> bool:
        async with self.store.transaction() as connection:
            done = await connection.execute(
                delete(news).where(news.c.id == number, news.c.placement_id == placement_id)
            )
        return bool(done.rowcount)

    # --- messages -----------------------------------------------------------------------------

    async def chats_of(self, placement_id: int, member_id: int) -> list[Chat]:
        """Those that this person is in, the liveliest first."""
        wanted = (
            select(chats, chat_members.c.seen_at)
            .join(chat_members, chat_members.c.chat_id == chats.c.id)
            .where(chats.c.placement_id == placement_id, chat_members.c.member_id == member_id)
            .order_by(chats.c.at.desc())
        )
        async with self.store.transaction() as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return [
            Chat(id=r["id"], title=r["title"], at=r["at"], new=r["at"] > r["seen_at"]) for r in rows
        ]

    async def begin(self, placement_id: int, title: str, member_ids: Sequence[int]) -> int:
        """A new conversation of these people. Raises FullError."""
        counted = select(func.count()).where(chats.c.placement_id == placement_id)
        async with self.store.transaction() as connection:
            if ((await connection.execute(counted)).scalar() or 0) >= MOST_CHATS:
                raise FullError
            made = await connection.execute(
                insert(chats).values(placement_id=placement_id, title=title, at=self.clock())
            )
            assert made.inserted_primary_key is not None
            chat_id = int(made.inserted_primary_key[0])
            await connection.execute(
                insert(chat_members),
                [
                    {
                        "placement_id": placement_id,
                        "chat_id": chat_id,
                        "member_id": one,
                        "seen_at": self.clock(),
                    }
                    for one in dict.fromkeys(member_ids)
                ],
            )
        return chat_id

    async def members_of(self, placement_id: int, chat_id: int) -> list[int]:
        """Nobody, when there is no such conversation here."""
        wanted = select(chat_members.c.member_id).where(
            chat_members.c.chat_id == chat_id, chat_members.c.placement_id == placement_id
        )
        async with self.store.transaction() as connection:
            return list((await connection.execute(wanted)).scalars())

    async def read(self, chat_id: int, member_id: int) -> tuple[str, list[ChatLine]]:
        """Title and last lines, the oldest first; they count as seen."""
        wanted = (
            select(chat_lines)
            .where(chat_lines.c.chat_id == chat_id)
            .order_by(chat_lines.c.id.desc())
            .limit(_SHEET)
        )
        async with self.store.transaction() as connection:
            title = (
                await connection.execute(select(chats.c.title).where(chats.c.id == chat_id))
            ).scalar_one()
            rows = (await connection.execute(wanted)).mappings().all()
            await connection.execute(
                update(chat_members)
                .where(chat_members.c.chat_id == chat_id, chat_members.c.member_id == member_id)
                .values(seen_at=self.clock())
            )
        return title, [
            ChatLine(who=r["who"], at=r["at"], text=r["text"], mine=r["member_id"] == member_id)
            for r in reversed(rows)
        ]

    async def say(
        self, placement_id: int, chat_id: int, member_id: int, who: str, text: str
    ) -> None:
        """Raises FullError."""
        counted = select(func.count()).where(chat_lines.c.chat_id == chat_id)
        now = self.clock()
        async with self.store.transaction() as connection:
            if ((await connection.execute(counted)).scalar() or 0) >= MOST_LINES:
                raise FullError
            await connection.execute(
                insert(chat_lines).values(
                    placement_id=placement_id,
                    chat_id=chat_id,
                    member_id=member_id,
                    who=who,
                    at=now,
                    text=text,
                )
            )
            await connection.execute(update(chats).where(chats.c.id == chat_id).values(at=now))
