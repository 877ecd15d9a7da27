"""The pairs, in a real SQLite file."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from signaling.identity import DeviceKey, Pairing
from signaling.store import Store, StoreError
from signaling.store_journal import Journal


def key() -> str:
    return DeviceKey.make().public


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite+aiosqlite:///{tmp_path}/server.db")
    yield opened
    await opened.close()


async def test_a_pair_is_found_by_either_key(store: Store) -> None:
    unit, laptop = key(), key()
    pairing = await store.add_pair(unit, laptop)
    assert pairing == Pairing(unit_key=unit, laptop_key=laptop, epoch=1)
    assert await store.pair_of(unit) == (pairing, "unit")
    assert await store.pair_of(laptop) == (pairing, "laptop")
    assert await store.pair_of(key()) is None
    assert await store.pair_of("' OR 1=1 --") is None


async def test_pairs_outlive_the_process(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/server.db"
    first = await Store.open(url)
    pairing = await first.add_pair(key(), key(), epoch=4)
    await first.close()
    second = await Store.open(url)
    stored = (await second.all_pairs())[0]
    assert stored.pairing == pairing and not stored.revoked
    assert abs(stored.created_at - time.time()) < 60
    await second.close()


async def refused(store: Store, unit: str, laptop: str, epoch: int = 1) -> str:
    with pytest.raises(StoreError) as error:
        await store.add_pair(unit, laptop, epoch)
    assert len(str(error.value)) > 10 and "\n" not in str(error.value)
    return error.value.code


async def test_no_key_is_in_two_pairs(store: Store) -> None:
    unit, laptop = key(), key()
    await store.add_pair(unit, laptop)
    assert await refused(store, unit, key()) == "key_in_use"
    assert await refused(store, key(), laptop) == "key_in_use"
    assert await refused(store, laptop, key()) == "key_in_use"  # in the other role
    assert await refused(store, unit, laptop, 2) == "key_in_use"
    assert len(await store.all_pairs()) == 1


async def test_bad_keys(store: Store) -> None:
    good = key()
    for bad in ("", "short", good + "A", good[:-1] + "=", good[:-1] + "!", "é" * 43):
        assert await refused(store, bad, good) == "bad_key"
        assert await refused(store, good, bad) == "bad_key"
    assert await refused(store, good, good) == "bad_key"
    assert await refused(store, good, key(), 0) == "epoch_used"


async def test_a_revoked_pair_never_comes_back(store: Store) -> None:
    unit, laptop = key(), key()
    await store.add_pair(unit, laptop, epoch=2)
    await store.revoke(laptop)
    assert await store.pair_of(unit) is None and await store.pair_of(laptop) is None
    with pytest.raises(StoreError, match="no valid pair"):
        await store.revoke(laptop)
    assert await refused(store, unit, laptop, 2) == "epoch_used"
    assert await refused(store, unit, key(), 1) == "epoch_used"
    renewed = await store.add_pair(unit, key(), epoch=3)
    assert await store.pair_of(unit) == (renewed, "unit")
    assert [p.revoked for p in await store.all_pairs()] == [True, False]


async def test_two_processes_cannot_both_add_a_key(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/server.db"
    stores = [await Store.open(url), await Store.open(url)]
    unit = key()
    results = await asyncio.gather(
        *(s.add_pair(unit, key()) for s in stores), return_exceptions=True
    )
    assert sorted((type(r) for r in results), key=str) == sorted([Pairing, StoreError], key=str)
    assert len(await stores[0].all_pairs()) == 1
    for store in stores:
        await store.close()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "bad_url"),
        ("rubbish", "bad_url"),
        ("nothing+such://x", "bad_url"),
        ("sqlite+aiosqlite:////no/such/folder/server.db", "unreachable"),
        ("sqlite+aiosqlite:////dev/null/x", "unreachable"),
    ],
)
async def test_a_store_that_cannot_be_opened(url: str, code: str) -> None:
    with pytest.raises(StoreError, match=r"server\.database_url") as error:
        await Store.open(url)
    assert error.value.code == code


async def test_a_damaged_file(tmp_path: Path) -> None:
    (tmp_path / "server.db").write_bytes(b"this is no database at all, sorry" * 100)
    with pytest.raises(StoreError) as error:
        await Store.open(f"sqlite+aiosqlite:///{tmp_path}/server.db")
    assert error.value.code == "unreachable"


async def test_a_database_that_goes_away(store: Store, tmp_path: Path) -> None:
    await store.check()
    await store.close()
    (tmp_path / "server.db").unlink()
    (tmp_path / "server.db").mkdir()
    with pytest.raises(StoreError) as error:
        await store.pair_of(key())
    assert error.value.code == "unreachable"
    assert str(tmp_path) not in str(error.value)


async def test_an_old_backup_of_the_database_brings_no_pair_back(tmp_path: Path) -> None:
    url, database = f"sqlite+aiosqlite:///{tmp_path}/server.db", tmp_path / "server.db"
    first = await Store.open(url)
    unit, laptop = key(), key()
    old = await first.add_pair(unit, laptop)
    other = await first.add_pair(key(), key())
    backup = database.read_bytes()
    await first.replace_pair(Pairing(unit_key=unit, laptop_key=key(), epoch=2))
    await first.revoke(other.name)
    await first.close()
    database.write_bytes(backup)
    journal = tmp_path / "server.db.revoked"
    assert journal.stat().st_mode & 0o077 == 0
    with journal.open("a") as file:
        file.write(f"{unit} spoilt\n\0\n{unit} {laptop} 99999999999999\nx y -1\n")
    second = await Store.open(url)
    for gone in (old, other):
        assert await second.pair_of(gone.unit_key) is None
        assert await second.revoked_pair_of(gone.laptop_key) == gone
    again = await second.add_pair(unit, laptop, epoch=2)
    await second.close()
    third = await Store.open(url)  # what was ended is the older epoch only
    assert await third.pair_of(unit) == (again, "unit")
    await third.close()


async def test_a_journal_has_its_place_also_beside_another_database(tmp_path: Path) -> None:
    file = tmp_path / "kept" / "revoked"
    file.parent.mkdir()
    postgresql = make_url("postgresql+asyncpg://klas@db/klas")
    ended = Pairing(unit_key="u" * 43, laptop_key="l" * 43, epoch=7)
    Journal(postgresql).add([ended])  # nowhere
    Journal(postgresql, str(file)).add([ended])
    assert Journal(postgresql, str(file)).read() == [ended]
    assert Journal(postgresql).read() == []


async def test_the_journal_of_the_settings_is_the_one_that_is_read(tmp_path: Path) -> None:
    file, unit = str(tmp_path / "revoked"), key()
    first = await Store.open(f"sqlite+aiosqlite:///{tmp_path}/first.db", file)
    pairing = await first.add_pair(unit, key())
    backup = (tmp_path / "first.db").read_bytes()
    await first.revoke(unit)
    await first.close()
    (tmp_path / "second.db").write_bytes(backup)
    second = await Store.open(f"sqlite+aiosqlite:///{tmp_path}/second.db", file)
    assert await second.revoked_pair_of(unit) == pairing
    await second.close()
