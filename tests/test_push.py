"""Notices by push: what a push service gets, what it may answer, and a real browser's worker."""

import asyncio
import base64
import contextlib
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from sqlalchemy import select

from config import settings as config
from dossier.push import Pusher
from dossier.push_store import MOST
from dossier.tables import push_devices
from tests.helpdesk_tools import Browser, Pages, browser, pages
from tests.placement_tools import case, enter
from tests.test_rondom_pages import write

CONTACT = "mailto:beheer@example.org"
NOBODY = "http://127.0.0.1:1"


class Service:
    """A push service: what it was asked, and what it answers to whom."""

    def __init__(self) -> None:
        self.asked: list[web.Request] = []
        self.bodies: list[bytes] = []
        self.answers: dict[str, list[int]] = {}
        self.origin = ""
        self.came = asyncio.Event()

    async def take(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        self.bodies.append(await request.read())
        left = self.answers.get(request.path, [])
        status = left.pop(0) if left else 201
        self.came.set()
        return web.Response(status=status, headers={"Location": f"{self.origin}/elsewhere"})


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    one, app = Service(), web.Application()
    app.router.add_route("*", "/{path:.*}", one.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    one.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield one
    await runner.cleanup()


@contextlib.asynccontextmanager
async def pushing(
    service: Service, folder: Path, again_s: float = 0.01
) -> AsyncIterator[tuple[Pusher, list[str]]]:
    forgotten: list[str] = []

    async def forget(endpoint: str) -> None:
        forgotten.append(endpoint)

    pusher = Pusher(settings(service, folder), again_s)
    task = asyncio.create_task(pusher.run(forget))
    try:
        yield pusher, forgotten
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def settings(service: Service, folder: Path) -> config.Push:
    return config.Push(
        contact=CONTACT, key_file=str(folder / "push.key"), services=f"{service.origin} {NOBODY}"
    )


async def settled(pusher: Pusher) -> None:
    await asyncio.wait_for(pusher.settled(), 20)


def plain(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


async def test_a_push_says_who_we_are_and_nothing_else(service: Service, tmp_path: Path) -> None:
    async with pushing(service, tmp_path) as (pusher, forgotten):
        pusher.send([f"{service.origin}/wpush/abc"])
        await settled(pusher)
        key = pusher.key()
    (asked,) = service.asked
    assert asked.method == "POST" and asked.path == "/wpush/abc" and service.bodies == [b""]
    assert asked.headers["TTL"] == "86400" and asked.headers["Topic"] == "nieuw"
    kind, _, given = asked.headers["Authorization"].partition(" ")
    parts = dict(part.split("=", 1) for part in given.split(","))
    assert kind == "vapid" and parts["k"] == key
    head, claims, signature = parts["t"].split(".")
    assert json.loads(plain(head)) == {"typ": "JWT", "alg": "ES256"}
    told = json.loads(plain(claims))
    assert told["aud"] == service.origin and told["sub"] == CONTACT
    assert time.time() < told["exp"] <= time.time() + 86_400  # RFC 8292, 2
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), plain(key))
    r, s = plain(signature)[:32], plain(signature)[32:]
    point.verify(
        encode_dss_signature(int.from_bytes(r), int.from_bytes(s)),
        f"{head}.{claims}".encode(),
        ec.ECDSA(hashes.SHA256()),
    )
    assert not forgotten
    file = tmp_path / "push.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert Pusher(settings(service, tmp_path)).key() == key  # the same after a restart


@pytest.mark.parametrize(
    ("answers", "asked", "gone"),
    [
        ([201], 1, False),
        ([200], 1, False),
        ([404], 1, True),
        ([410], 1, True),
        ([429, 201], 2, False),
        ([503, 500, 201], 3, False),
        ([500, 500, 500, 201], 3, False),  # let go
        ([400], 1, False),
        ([403], 1, False),
        ([302], 1, False),  # a redirect is not followed
    ],
)
async def test_what_a_push_service_may_answer(
    service: Service, tmp_path: Path, answers: list[int], asked: int, gone: bool
) -> None:
    endpoint = f"{service.origin}/one"
    service.answers["/one"] = list(answers)
    async with pushing(service, tmp_path) as (pusher, forgotten):
        pusher.send([endpoint])
        await settled(pusher)
        assert [one.path for one in service.asked] == ["/one"] * asked
        assert forgotten == ([endpoint] if gone else [])
        pusher.send([f"{service.origin}/two"])  # and it goes on
        await settled(pusher)
        assert service.asked[-1].path == "/two"


async def test_a_service_that_is_away_ends_nothing(service: Service, tmp_path: Path) -> None:
    async with pushing(service, tmp_path) as (pusher, forgotten):
        pusher.send([f"{NOBODY}/x"])
        await settled(pusher)
        pusher.send([f"{service.origin}/x"])
        await settled(pusher)
    assert len(service.asked) == 1 and not forgotten


async def test_a_service_that_is_away_holds_up_no_other_and_the_queue_has_an_end(
    service: Service, tmp_path: Path
) -> None:
    async with pushing(service, tmp_path, again_s=3600) as (pusher, _):
        pusher.send([f"{NOBODY}/{number}" for number in range(499)])
        pusher.send([f"{service.origin}/in_time", f"{service.origin}/too_many"])
        await asyncio.wait_for(service.came.wait(), 20)
        assert [one.path for one in service.asked] == ["/in_time"]


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "x",
        None,
        7,
        ["https://fcm.googleapis.com/x"],
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com.example.org/x",
        "https://example.org/fcm.googleapis.com",
        "https://fcm.googleapis.com:8443/x",
        "https://me@fcm.googleapis.com/x",
        "https://fcm.googleapis.com@127.0.0.1/x",
        "https://.notify.windows.com/x",
        "https://a/b.notify.windows.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[::1/x",
        "https://fcm.googleapis.com:x/y",
        "https://fcm.googleapis.com/\r\nX: y",
        "https://fcm.googleapis.com/é",
        "https://fcm.googleapis.com/" + "x" * 1000,
        "file:///etc/passwd",
    ],
)
def test_no_other_address_is_ever_asked(endpoint: object) -> None:
    assert not Pusher(config.Push(contact=CONTACT)).knows(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def-123_4",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
        "https://db5p.notify.windows.com/w/?token=BQ%2b",
        "https://web.push.apple.com/QGu",
    ],
)
def test_the_services_of_today_are_known(endpoint: str) -> None:
    assert Pusher(config.Push(contact=CONTACT)).knows(endpoint)


def test_without_a_contact_there_is_none(tmp_path: Path) -> None:
    pusher = Pusher(config.Push(key_file=str(tmp_path / "push.key")))
    pusher.send(["https://fcm.googleapis.com/x"] * 1000)
    assert not pusher.works and pusher.key() == "" and not list(tmp_path.iterdir())


LOCKED = ec.generate_private_key(ec.SECP256R1()).private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.BestAvailableEncryption(b"secret"),
)
OTHER = ec.generate_private_key(ec.SECP384R1()).private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption(),
)


@pytest.mark.parametrize("rubbish", [b"", b"no key", b"\xff" * 100, LOCKED, OTHER])
def test_a_key_file_with_rubbish_switches_it_off(tmp_path: Path, rubbish: bytes) -> None:
    file = tmp_path / "push.key"
    file.write_bytes(rubbish)
    assert Pusher(config.Push(contact=CONTACT, key_file=str(file))).key() == ""


@pytest.mark.parametrize("contact", ["beheer@example.org", "mailto:", "http://example.org", "x"])
def test_a_contact_that_is_none_is_said(contact: str) -> None:
    with pytest.raises(config.SettingsError, match=r"push\.contact"):
        config.parse({"push": {"contact": contact}})


# --- the pages ----------------------------------------------------------------------------------


async def switch(one: Browser, endpoint: object, to: str = "") -> Browser:
    await one.get("/account")
    text = json.dumps({"endpoint": endpoint})
    return await one.post(
        f"/account/melding{to}", text, Content_Type="application/json", X_Klasgenoot_Form=one.csrf
    )


async def devices(at: Pages) -> list[str]:
    async with at.store.transaction() as connection:
        found = await connection.execute(select(push_devices.c.endpoint))
        return list(found.scalars())


async def test_who_switched_it_on_is_told_once_and_without_a_word(
    service: Service, tmp_path: Path
) -> None:
    push = settings(service, tmp_path)
    async with pages(push=push) as at, browser(at) as one, browser(at) as home:
        here = await case(at, "Anna")
        await enter(at, one, here.people["begeleider"])
        await enter(at, home, here.people["ouder"])
        assert "Melding op dit apparaat" in (await home.get("/account")).text
        for _ in range(2):  # twice is once
            assert (await switch(home, f"{service.origin}/phone")).status == 200
        assert (await switch(home, f"{service.origin}/laptop")).status == 200
        base = f"/plaatsing/{here.code}/samen"
        for number in range(3):
            await write(one, base, f"Nieuws {number}", "Anna komt om tien uur.")
        await settled(at.site.desk.pusher)
        assert sorted(asked.path for asked in service.asked) == ["/laptop", "/phone"]
        assert not any(service.bodies)
        export = (await home.get("/account/gegevens")).text
        assert "push_devices" in export and service.origin not in export
        assert (await switch(home, f"{service.origin}/phone", "/uit")).status == 200
        assert await devices(at) == [f"{service.origin}/laptop"]


async def test_without_a_contact_nobody_is_offered_one() -> None:
    async with pages() as at, browser(at) as one:
        await at.account("Sanne")
        await one.log_in("Sanne")
        assert "Melding op dit apparaat" not in (await one.get("/account")).text
        assert (await switch(one, "https://fcm.googleapis.com/x")).status == 400


async def test_an_address_that_is_gone_is_forgotten(service: Service, tmp_path: Path) -> None:
    push = settings(service, tmp_path)
    async with pages(push=push) as at, browser(at) as one, browser(at) as home:
        here = await case(at, "Anna")
        await enter(at, one, here.people["begeleider"])
        await enter(at, home, here.people["ouder"])
        await switch(home, f"{service.origin}/phone")
        service.answers["/phone"] = [410]
        await write(one, f"/plaatsing/{here.code}/samen", "Nieuws", "Anna")
        await settled(at.site.desk.pusher)
        assert not await devices(at)


async def test_rubbish_and_too_many(service: Service, tmp_path: Path) -> None:
    async with pages(push=settings(service, tmp_path)) as at, browser(at) as one:
        await at.account("Sanne")
        await one.log_in("Sanne")
        for rubbish in (None, 7, [], {}, "https://example.org/x", "x" * 3000, "\x00"):
            assert (await switch(one, rubbish)).status == 400, rubbish
        assert (
            "meldingendienst die wij niet kennen"
            in json.loads((await switch(one, "https://example.org/x")).text)["error"]
        )
        for number in range(MOST + 3):
            await switch(one, f"{service.origin}/{number}")
        assert await devices(at) == [f"{service.origin}/{n}" for n in range(3, MOST + 3)]
        await at.accounts.end("Sanne", "test")
        assert not await devices(at)
