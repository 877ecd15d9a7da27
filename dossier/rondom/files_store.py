"""Documents and pictures: looked at, cleaned, sealed, then kept."""

import asyncio
import time
from collections.abc import Callable
from typing import Literal, get_args

import msgspec
from sqlalchemy import delete, func, insert, select

from dossier.rondom.content import PICTURES, ContentError, checked
from dossier.rondom.seal import Seal
from dossier.rondom.tables import file_bytes, files
from dossier.tokens import new_token
from signaling.store import Store

Folder = Literal["document", "album"]
FOLDERS: tuple[Folder, ...] = get_args(Folder)
MOST_FILES = 100
MOST_BYTES = 64 * 1024 * 1024
"""Of a placement: some fifty photos and the papers of a year."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A file in a list; `member_id` is whose it is."""

    id: int
    member_id: int | None
    who: str
    at: float
    name: str
    media_type: str
    size: int


class Files:
    """Every method raises StoreError("unreachable") when the database is away."""

    def __init__(self, store: Store, seal: Seal, clock: Callable[[], float] = time.time) -> None:
        self.store, self._seal, self._clock = store, seal, clock

    async def all(self, placement_id: int, folder: Folder) -> list[Kept]:
        """The newest first."""
        wanted = (
            select(files)
            .where(files.c.placement_id == placement_id, files.c.folder == folder)
            .order_by(files.c.id.desc())
        )
        async with self.store.transaction() as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return [Kept(**{name: row[name] for name in Kept.__struct_fields__}) for row in rows]

    async def add(
        self, placement_id: int, folder: Folder, by: tuple[int | None, str], name: str, raw: bytes
    ) -> None:
        """Raises ContentError, SealError."""
        media_type, clean = await asyncio.to_thread(checked, raw)
        if folder == "album" and media_type not in PICTURES:
            raise ContentError("file_no_picture")
        uid = new_token()
        sealed = await asyncio.to_thread(self._seal.seal, clean, uid)
        counted = select(func.count(), func.sum(files.c.size)).where(
            files.c.placement_id == placement_id
        )
        async with self.store.transaction() as connection:
            count, whole = (await connection.execute(counted)).one()
            if count >= MOST_FILES or (whole or 0) + len(clean) > MOST_BYTES:
                raise ContentError("file_full")
            made = await connection.execute(
                insert(files).values(
                    placement_id=placement_id,
                    member_id=by[0],
                    who=by[1],
                    at=self._clock(),
                    folder=folder,
                    name=name,
                    media_type=media_type,
                    size=len(clean),
                    uid=uid,
                )
            )
            assert made.inserted_primary_key is not None
            await connection.execute(
                insert(file_bytes).values(
                    file_id=made.inserted_primary_key[0], placement_id=placement_id, sealed=sealed
                )
            )

    async def one(
        self, placement_id: int, folder: Folder, number: int
    ) -> tuple[str, str, bytes] | None:
        """Name, kind and bytes. Raises SealError."""
        wanted = (
            select(files.c.name, files.c.media_type, files.c.uid, file_bytes.c.sealed)
            .join(file_bytes, file_bytes.c.file_id == files.c.id)
            .where(
                files.c.id == number,
                files.c.placement_id == placement_id,
                files.c.folder == folder,
            )
        )
        async with self.store.transaction() as connection:
            row = (await connection.execute(wanted)).first()
        if row is None:
            return None
        name, media_type, uid, sealed = row
        return name, media_type, await asyncio.to_thread(self._seal.open, sealed, uid)

    async def drop(self, placement_id: int, folder: Folder, number: int, owner: int | None) -> bool:
        """`owner` None: also somebody else's."""
        here = (
            (files.c.id == number)
            & (files.c.placement_id == placement_id)
            & (files.c.folder == folder)
        )
        if owner is not None:
            here &= files.c.member_id == owner
        async with self.store.transaction() as connection:
            found = (await connection.execute(select(files.c.id).where(here))).scalar()
            if found is None:
                return False
            await connection.execute(delete(file_bytes).where(file_bytes.c.file_id == found))
            await connection.execute(delete(files).where(files.c.id == found))
        return True
