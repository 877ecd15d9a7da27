"""What people share around the lessons, on a real server: who reads it, and what rubbish gives."""

import asyncio
import contextlib
import email
import re
import socket
from collections.abc import AsyncIterator
from email.message import Message
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import update

from config import settings as config
from dossier.placement.tables import members
from dossier.rondom.mail import Mailer
from tests.helpdesk_tools import Browser, Pages, browser, pages
from tests.placement_tools import Case, case, enter
from tests.test_rondom_content import GPS, jpeg, pdf

# --- a mail server ------------------------------------------------------------------------------


class Box:
    """What the mail server took."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.refuse = False

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.refuse:
            return "550 no such box"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(envelope)
        return "250 OK"


@pytest.fixture
def box() -> Any:
    found = Box()
    controller = Controller(found, hostname="127.0.0.1", port=0)
    controller.port = _free_port()
    controller.start()
    found.port = controller.port  # type: ignore[attr-defined]
    yield found
    controller.stop()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def settings(port: int = 1) -> config.Mail:
    return config.Mail(host="127.0.0.1", port=port, security="none", sender="k@example.org")


@contextlib.asynccontextmanager
async def running(mailer: Mailer) -> AsyncIterator[None]:
    task = asyncio.create_task(mailer.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_mail_says_that_there_is_something_and_nothing_more(box: Any) -> None:
    mailer = Mailer(settings(box.port), again_s=0.01)
    async with running(mailer):
        mailer.send(["ouder@example.org"], "https://klas.example.org/x")
        await asyncio.wait_for(mailer.settled(), 20)
    (mail,) = box.mails
    assert mail.rcpt_tos == ["ouder@example.org"] and mail.mail_from == "k@example.org"
    read: Message = email.message_from_bytes(mail.content)
    assert read["Auto-Submitted"] == "auto-generated"
    text = str(read.get_payload(decode=True), "utf-8")  # type: ignore[arg-type]
    assert text.count("https://klas.example.org/x") == 2 and "Klasgenoot" in text


async def test_a_mail_server_that_is_away_or_says_no_ends_nothing(box: Any) -> None:
    box.refuse = True
    mailer, away = Mailer(settings(box.port), again_s=0.01), Mailer(settings(1), again_s=0.01)
    async with running(mailer), running(away):
        for one in (mailer, away):
            one.send(["a@example.org", "not an\naddress"], "u")
            await asyncio.wait_for(one.settled(), 20)
    assert not box.mails
    off = Mailer(config.Mail())
    off.send(["a@example.org"] * 10_000, "u")
    assert not off.works and off._queue.empty()


async def test_who_asked_for_mail_gets_one_and_without_a_word_of_it(box: Any) -> None:
    async with pages() as at, browser(at) as one, browser(at) as home:
        here = await case(at, "Anna")
        at.site.desk.mailer._settings = settings(box.port)
        async with at.store.transaction() as connection:
            await connection.execute(
                update(members)
                .where(members.c.role.in_(("ouder", "buddy")))
                .values(mail="thuis@example.org")
            )
        await enter(at, one, here.people["begeleider"])
        await enter(at, home, here.people["ouder"])
        base = f"/plaatsing/{here.code}/samen"
        await home.get(base)
        assert "Stuur mij mail" in home.text and "checked" not in home.text  # off by default
        await write(one, base, "Sinterklaas", "Piet Pietersen komt om tien uur.")
        await at.site.desk.mailer.settled()
        assert not box.mails
        await home.get(base)
        await home.post(f"{base}/mail", {"mail": "1"})
        for number in range(3):
            await write(one, base, f"Nog {number}", "Piet Pietersen")
        await asyncio.wait_for(at.site.desk.mailer.settled(), 20)
        (mail,) = box.mails  # three in a row are one, and the buddy asked for none
        assert mail.rcpt_tos == ["thuis@example.org"]
        assert b"Piet" not in mail.content and b"Anna" not in mail.content


async def write(one: Browser, base: str, title: str, text: str) -> None:
    await one.get(base)
    await one.post(base, {"title": title, "text": text})
    assert one.where == base, one.text


# --- news and messages ----------------------------------------------------------------------------


async def test_news_is_read_by_all_and_written_by_school() -> None:
    async with pages() as at, browser(at) as one, browser(at) as home:
        here = await case(at, "Anna")
        await enter(at, one, here.people["docent"])
        await enter(at, home, here.people["leerling"])
        base = f"/plaatsing/{here.code}/samen"
        await write(one, base, "Uitstapje <b>", "Regel 1\nRegel 2 <script>alert(1)</script>")
        page = (await home.get(base)).text
        assert "Uitstapje &lt;b&gt;" in page and "<script>alert" not in page
        assert "Nieuws schrijven" not in page
        for fields in ({}, {"title": "x"}, {"title": "", "text": "x"},
                       {"title": "x" * 81, "text": "x"}, {"title": "a\x07b", "text": "x"},
                       {"title": "x", "text": "y" * 4001}):  # fmt: skip
            await one.get(base)
            assert (await one.post(base, fields)).status == 400, fields
        for path in ("99", "x", "-1", "1e3", "9" * 30):
            await one.get(base)
            assert (await one.post(f"{base}/nieuws/{path}/weg")).status == 404, path
        await one.get(base)
        await one.post(f"{base}/nieuws/1/weg")
        assert "Uitstapje" not in (await home.get(base)).text


async def member_of(at: Pages, role: str) -> int:
    found = await at.site.desk.members.all(1)
    return next(one.id for one in found if one.role == role)


async def test_messages_are_for_who_is_in_them() -> None:
    async with (
        pages() as at,
        browser(at) as buddy,
        browser(at) as pupil,
        browser(at) as docent,
        browser(at) as stranger,
    ):
        here, other = await case(at, "Anna"), await case(at, "Bram")
        for one, role in ((buddy, "buddy"), (pupil, "leerling"), (docent, "docent")):
            await enter(at, one, here.people[role])
        await enter(at, stranger, other.people["buddy"])
        base = f"/plaatsing/{here.code}/samen/berichten"
        await buddy.get(base)
        who = await member_of(at, "leerling")
        await buddy.post(base, {"title": "pauze", "text": "kom je?", f"with_{who}": "1"})
        chat = buddy.where
        assert re.fullmatch(rf"{base}/\d+", chat)
        page = (await pupil.get(base)).text
        assert "pauze" in page and "nieuw" in page
        assert "kom je?" in (await pupil.get(chat)).text
        await pupil.post(chat, {"text": "ja! <i>"})
        assert "ja! &lt;i&gt;" in (await buddy.get(chat)).text
        for outsider in (docent, stranger):
            assert (await outsider.get(chat)).status == 404
            await outsider.get("/account")
            assert (await outsider.post(chat, {"text": "x"})).status == 404
        assert "pauze" not in (await docent.get(base)).text
        assert "kom je?" in (await pupil.get(f"/plaatsing/{here.code}/gegevens")).text
        await enter(at, docent, here.people["ouder"])  # everything about the pupil, but no letters
        export = (await docent.get(f"/plaatsing/{here.code}/gegevens")).text
        assert docent.status == 200 and "kom je?" not in export and "pauze" not in export
        await enter(at, docent, here.people["docent"])
        number = chat.rpartition("/")[2]
        path = f"/plaatsing/{other.code}/samen/berichten/{number}"
        assert (await stranger.get(path)).status == 404
        for fields in ({}, {"title": "x", "text": "y"},
                       {"title": "x", "text": "y", "with_999": "1"},
                       {"title": "x" * 61, "text": "y", f"with_{who}": "1"}):  # fmt: skip
            await buddy.get(base)
            assert (await buddy.post(base, fields)).status == 400, fields
        for text in ("", "x" * 2001, "a\u202eb"):
            await buddy.get(chat)
            assert (await buddy.post(chat, {"text": text})).status == 400
        for wrong in ("999", "x", "0", "²"):
            assert (await buddy.get(f"{base}/{wrong}")).status == 404


# --- lists ----------------------------------------------------------------------------------------


async def make_list(at: Pages, one: Browser, base: str, **fields: str) -> list[str]:
    await one.get(base)
    await one.post(
        base, {"title": "Diensten", "places": "maandag\ndinsdag", "seats": "1", **fields}
    )
    assert one.where == base, one.text
    return re.findall(r'action="([^"]*/plek/\d+)"', (await one.get(base)).text)


async def test_a_place_is_taken_once_also_by_two_at_the_same_moment() -> None:
    async with pages() as at, browser(at) as one, browser(at) as buddy, browser(at) as pupil:
        here = await case(at, "Anna")
        await enter(at, one, here.people["begeleider"])
        await enter(at, buddy, here.people["buddy"])
        await enter(at, pupil, here.people["leerling"])
        base = f"/plaatsing/{here.code}/samen/buddydienst"
        first, second = await make_list(at, one, base)
        await buddy.get(base)
        await pupil.get(base)
        await asyncio.gather(buddy.post(first), pupil.post(first))
        assert sorted([buddy.status, pupil.status]) == [303, 409]
        winner = buddy if buddy.status == 303 else pupil
        await winner.get(base)
        assert winner.text.count("Anna") >= 1 and "Toch niet" in winner.text
        await winner.post(first)  # pressed twice
        await winner.get(base)
        await winner.post(f"{first}/af")
        assert winner.where == base
        for path in (f"{first}/af", f"{base}/plek/999", f"{base}/plek/x", f"{base}/99/weg"):
            await one.get(base)
            assert (await one.post(path)).status == 404, path
        # A place of one kind of list is none of the other.
        await buddy.get(base)
        number = second.rpartition("/")[2]
        wrong = f"/plaatsing/{here.code}/samen/gesprekken/plek/{number}"
        assert (await buddy.post(wrong)).status == 404
        for fields in ({}, {"title": "x", "places": " \n ", "seats": "1"},
                       {"title": "x", "places": "y", "seats": "0"},
                       {"title": "x", "places": "y", "seats": "99"},
                       {"title": "x", "places": "y" * 81, "seats": "1"},
                       {"title": "x", "places": "y\n" * 41, "seats": "1"}):  # fmt: skip
            await one.get(base)
            assert (await one.post(base, fields)).status == 400, fields
        await one.get(base)
        await one.post(f"{base}/1/weg")
        assert "Diensten" not in (await buddy.get(base)).text


async def test_times_for_a_meeting_are_for_one() -> None:
    async with pages() as at, browser(at) as one, browser(at) as home:
        here = await case(at, "Anna")
        await enter(at, one, here.people["consulent"])
        await enter(at, home, here.people["ouder"])
        base = f"/plaatsing/{here.code}/samen/gesprekken"
        first, _ = await make_list(at, one, base, title="Evaluatie")
        await home.get(base)
        assert "Gesprek plannen" not in home.text
        await home.post(first)
        assert "Anna ouder" in (await one.get(base)).text and "vol" in one.text


# --- files ----------------------------------------------------------------------------------------


async def send(one: Browser, base: str, raw: bytes, name: str = "") -> None:
    await one.get(base)
    form = aiohttp.FormData({"csrf": one.csrf, "name": name})
    form.add_field("file", raw, filename="../../x.php", content_type="text/html")
    await one.post(base, form)


async def read(at: Pages, one: Browser, path: str) -> tuple[bytes, dict[str, str]]:
    async with one.session.get(f"{at.origin}{path}") as answer:
        return await answer.read(), dict(answer.headers)


async def test_a_photo_comes_back_clean_sealed_at_rest_and_only_to_its_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with (
        pages(tmp_path) as at,
        browser(at) as one,
        browser(at) as buddy,
        browser(at) as monteur,
        browser(at) as stranger,
    ):
        here, other = await case(at, "Anna"), await case(at, "Bram")
        await enter(at, one, here.people["leerling"])
        await enter(at, buddy, here.people["buddy"])
        await enter(at, monteur, here.people["monteur"])
        await enter(at, stranger, other.people["regiehouder"])
        base = f"/plaatsing/{here.code}/samen/album"
        await send(one, base, jpeg(), "../../thuis <b>.php")
        assert one.where == base, one.text
        page = (await buddy.get(base)).text
        path = re.findall(rf'src="({base}/\d+)"', page)[0]
        assert "thuis &lt;b&gt;.php" in page and "Weg</button>" not in page  # not the buddy's own
        raw, headers = await read(at, buddy, path)
        assert raw.startswith(b"\xff\xd8\xff") and GPS not in raw
        assert (
            headers["Content-Type"] == "image/jpeg"
            and "sandbox" in headers["Content-Security-Policy"]
        )
        assert headers["X-Content-Type-Options"] == "nosniff"
        _, headers = await read(at, buddy, f"{path}?ophalen=1")
        assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''thuis%20%3Cb%3E.jpg"
        kept = (tmp_path / "server.db").read_bytes()
        assert raw[-200:] not in kept
        assert (await monteur.get(path)).status == 403
        assert (await stranger.get(path)).status == 404
        moved = path.replace(here.code, other.code)
        assert (await stranger.get(moved)).status == 404
        assert (await buddy.get(path.replace("album", "documenten"))).status == 403
        assert (await one.get(path.replace("album", "documenten"))).status == 404
        await buddy.get(base)
        assert (await buddy.post(f"{path}/weg")).status == 404
        await one.get(base)
        await one.post(f"{path}/weg")
        assert (await one.get(path)).status == 404


async def test_documents_and_what_they_may_not_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with pages(tmp_path) as at, browser(at) as one:
        here = await case(at, "Anna")
        await enter(at, one, here.people["begeleider"])
        base = f"/plaatsing/{here.code}/samen/documenten"
        await send(one, base, pdf(), "Handelingsplan")
        assert one.where == base
        path = re.findall(rf'href="({base}/\d+)\?', (await one.get(base)).text)[0]
        _, headers = await read(at, one, path)
        assert headers["Content-Disposition"].startswith("attachment")
        assert headers["Content-Disposition"].endswith("Handelingsplan.pdf")
        for raw in (b"", b"MZ\x90\0", b"<script>", pdf(b"/JS(x)"), jpeg()[:300]):
            await send(one, base, raw)
            assert one.status == 400 and 'role="alert"' in one.text
        await send(one, base, b"\xff\xd8\xff" + b"x" * 5_000_000)
        assert one.status == 400
        album = f"/plaatsing/{here.code}/samen/album"
        await send(one, album, pdf())
        assert one.status == 400 and "alleen een foto" in one.text
        await one.get(base)
        assert (await one.post(base, {"name": "niets"})).status == 400
        for wrong in ("999", "x", "0", "%2e%2e"):
            assert (await one.get(f"{base}/{wrong}")).status == 404
        (tmp_path / "klasgenoot-files.key").write_bytes(b"damaged")
        at.site.desk.together.files._seal._cipher = None
        assert (await one.get(path)).status == 503
        await send(one, base, pdf())
        assert one.status == 503 and "sleutelbestand" in one.text


async def test_a_form_with_rubbish_for_parts(tmp_path: Path) -> None:
    async with pages(tmp_path) as at, browser(at) as one:
        here: Case = await case(at, "Anna")
        await enter(at, one, here.people["begeleider"])
        base = f"/plaatsing/{here.code}/samen/documenten"
        kind = "multipart/form-data; boundary=x"
        head = "--x\r\nContent-Disposition: form-data; name="
        many = "".join(f'{head}"f{n}"\r\n\r\n1\r\n' for n in range(30))
        twice = f'{head}"a"\r\n\r\n1\r\n' * 2
        long = f'{head}"a"\r\n\r\n' + "y" * 9000 + "\r\n--x--"
        nested = "--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y--\r\n--x--"
        for body in ("", "rubbish", "--x--", f"{many}--x--", f"{twice}--x--",
                     "--x\r\n\r\n\r\n--x--", long, nested):  # fmt: skip
            await one.get(base)
            async with one.session.post(
                f"{at.origin}{base}",
                data=body.encode(),
                headers={"Content-Type": kind, "Origin": at.origin, "X-Klasgenoot-Form": one.csrf},
            ) as answer:
                assert answer.status == 400, body[:60]
        assert "Er zijn nog geen documenten" in (await one.get(base)).text
