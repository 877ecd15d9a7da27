"""Lists of places that people take: times for a meeting, turns of buddies."""

import time
from collections.abc import Callable, Sequence
from typing import Literal, get_args

import msgspec
from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from dossier.rondom.tables import list_places, list_takes, lists
from signaling.store import Store

ListKind = Literal["meeting", "duty"]
LIST_KINDS: tuple[ListKind, ...] = get_args(ListKind)
MOST_LISTS, MOST_PLACES, MOST_SEATS = 100, 40, 12


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """`taken`: member and name, in the order in which they came."""

    id: int
    label: str
    seats: int
    taken: tuple[tuple[int, str], ...] = ()

    @property
    def free(self) -> int:
        return max(0, self.seats - len(self.taken))


class SignUp(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    kind: str
    title: str
    who: str
    at: float
    places: tuple[Place, ...] = ()


class TooManyListsError(Exception):
    """There are as many as a placement may have."""


class Lists:
    """Every method raises StoreError("unreachable") when the database is away."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self.store, self.clock = store, clock

    async def of(self, placement_id: int, kind: ListKind) -> list[SignUp]:
        """The newest first."""
        async with self.store.transaction() as connection:
            heads = (
                (
                    await connection.execute(
                        select(lists)
                        .where(lists.c.placement_id == placement_id, lists.c.kind == kind)
                        .order_by(lists.c.id.desc())
                    )
                )
                .mappings()
                .all()
            )
            places = (
                (
                    await connection.execute(
                        select(list_places)
                        .where(list_places.c.placement_id == placement_id)
                        .order_by(list_places.c.id)
                    )
                )
                .mappings()
                .all()
            )
            takes = (
                (
                    await connection.execute(
                        select(list_takes)
                        .where(list_takes.c.placement_id == placement_id)
                        .order_by(list_takes.c.id)
                    )
                )
                .mappings()
                .all()
            )
        taken: dict[int, list[tuple[int, str]]] = {}
        for row in takes:
            taken.setdefault(row["place_id"], []).append((row["member_id"], row["who"]))
        by_list: dict[int, list[Place]] = {}
        for row in places:
            one = Place(
                id=row["id"],
                label=row["label"],
                seats=row["seats"],
                taken=tuple(taken.get(row["id"], ())),
            )
            by_list.setdefault(row["list_id"], []).append(one)
        return [
            SignUp(
                id=row["id"],
                kind=row["kind"],
                title=row["title"],
                who=row["who"],
                at=row["at"],
                places=tuple(by_list.get(row["id"], ())),
            )
            for row in heads
        ]

    async def add(
        self,
        placement_id: int,
        by: tuple[int | None, str],
        kind: ListKind,
        title: str,
        places: Sequence[tuple[str, int]],
    ) -> None:
        """`places`: a label and how many may take it. Raises TooManyListsError."""
        member_id, who = by
        counted = select(func.count()).where(lists.c.placement_id == placement_id)
        async with self.store.transaction() as connection:
            if ((await connection.execute(counted)).scalar() or 0) >= MOST_LISTS:
                raise TooManyListsError
            made = await connection.execute(
                insert(lists).values(
                    placement_id=placement_id,
                    member_id=member_id,
                    who=who,
                    kind=kind,
                    title=title,
                    at=self.clock(),
                )
            )
            assert made.inserted_primary_key is not None
            await connection.execute(
                insert(list_places),
                [
                    {
                        "placement_id": placement_id,
                        "list_id": made.inserted_primary_key[0],
                        "label": label,
                        "seats": seats,
                    }
                    for label, seats in places[:MOST_PLACES]
                ],
            )

    async def take(
        self, placement_id: int, kind: ListKind, place_id: int, member_id: int, who: str
    ) -> Literal["taken", "full", "gone"]:
        """Two who want the last seat at once: the later one finds it full."""
        async with self.store.transaction() as connection:
            wanted = (
                select(list_places.c.seats)
                .join(lists, lists.c.id == list_places.c.list_id)
                .where(
                    list_places.c.id == place_id,
                    list_places.c.placement_id == placement_id,
                    lists.c.kind == kind,
                )
                .with_for_update()
            )
            seats = (await connection.execute(wanted)).scalar()
        if seats is None:
            return "gone"
        try:
            async with self.store.transaction() as connection:
                # Written first and then counted: SQLite locks with the writing.
                made = await connection.execute(
                    insert(list_takes).values(
                        placement_id=placement_id, place_id=place_id, member_id=member_id, who=who
                    )
                )
                assert made.inserted_primary_key is not None
                counted = select(func.count()).where(
                    list_takes.c.place_id == place_id,
                    list_takes.c.id <= made.inserted_primary_key[0],
                )
                if ((await connection.execute(counted)).scalar() or 0) > seats:
                    raise _FullError
        except _FullError:
            return "full"
        except IntegrityError:  # pressed twice
            return "taken"
        return "taken"

    async def leave(self, placement_id: int, place_id: int, member_id: int) -> bool:
        async with self.store.transaction() as connection:
            done = await connection.execute(
                delete(list_takes).where(
                    list_takes.c.place_id == place_id,
                    list_takes.c.placement_id == placement_id,
                    list_takes.c.member_id == member_id,
                )
            )
        return bool(done.rowcount)

    async def drop(self, placement_id: int, kind: ListKind, list_id: int) -> bool:
        here = select(lists.c.id).where(
            lists.c.id == list_id, lists.c.placement_id == placement_id, lists.c.kind == kind
        )
        async with self.store.transaction() as connection:
            if (await connection.execute(here)).scalar() is None:
                return False
            places = select(list_places.c.id).where(list_places.c.list_id == list_id)
            await connection.execute(delete(list_takes).where(list_takes.c.place_id.in_(places)))
            await connection.execute(delete(list_places).where(list_places.c.list_id == list_id))
            await connection.execute(delete(lists).where(lists.c.id == list_id))
        return True


class _FullError(Exception):
    """Ends the transaction: nothing of it was."""
