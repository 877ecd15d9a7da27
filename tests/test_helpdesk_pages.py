"""The pages on the server, request by request: who gets in, who may what, what rubbish gives."""

import asyncio
import itertools
import json
import time
from pathlib import Path

import pytest

from dossier import audit, site
from dossier.history import Slot
from dossier.roles import RIGHTS, may_in_house
from dossier.sets_store import SetsStore
from signaling.identity import DeviceKey
from signaling.messages import Problem
from signaling.messages_helpdesk import HelpdeskAction, HelpdeskResult, Report, Version
from signaling.set_number import set_number
from tests.helpdesk_tools import PASSWORD, Browser, browser, pages
from tests.log_gate import GATE
from tests.server_tools import Pair, devices

REPORT = Report(
    state="fault",
    reason="camera_absent",
    faults=("camera_absent", "jan_jansen"),
    versions=(Version(name="klasgenoot", text="0.1.0"), Version(name="janjansen", text="5")),
    up_s=61,
    live=True,
    lost_pct=1.5,
    rtt_ms=40,
    rate_kbps=900,
)


# --- getting in --------------------------------------------------------------------------------


async def test_an_invitation_makes_one_account_once() -> None:
    async with pages() as at, browser(at) as one:
        token = await at.invitations.invite("helpdesk", "test")
        path = f"/uitnodiging/{token}"
        assert "Account maken" in (await one.get(path)).text
        fields = {"name": "Anna", "password": "kort"}
        assert (await one.post(path, fields)).status == 400 and "te kort" in one.text
        before = one.cookie
        fields["password"] = PASSWORD
        assert (await one.post(path, fields)).where == "/helpdesk"
        assert one.cookie != before
        assert (await one.get("/helpdesk")).status == 200
        async with browser(at) as other:
            await other.get("/inloggen")
            assert (await other.get(path)).status == 404  # replayed
            await other.get("/inloggen")
            assert (await other.post(path, {**fields, "name": "Bram"})).status == 404
        assert len(await at.accounts.all()) == 1


async def test_two_who_use_one_invitation_at_the_same_moment(tmp_path: Path) -> None:
    async with pages(tmp_path) as at:
        token = await at.invitations.invite("helpdesk", "test")
        tries = (at.invitations.accept_password(token, f"Anna {n}", PASSWORD) for n in range(5))
        done = await asyncio.gather(*tries, return_exceptions=True)
        assert [isinstance(one, int) for one in done].count(True) == 1
        assert len(await at.accounts.all()) == 1


async def test_an_invitation_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    async with pages() as at, browser(at) as one:
        token = await at.invitations.invite("helpdesk", "test")
        now = time.time()
        monkeypatch.setattr(at.site._sessions, "_clock", lambda: now)
        for page in at.site.table:
            if page[1] == "/uitnodiging/{token}":
                handler = page[3].__self__  # type: ignore[attr-defined]
                monkeypatch.setattr(handler._invitations, "_clock", lambda: now + 49 * 3600)
        assert (await one.get(f"/uitnodiging/{token}")).status == 404


async def test_a_new_way_in_ends_the_old_ones() -> None:
    async with pages() as at, browser(at) as old, browser(at) as new:
        await at.account("Anna")
        await old.log_in("Anna")
        token = await at.invitations.invite("beheerder", "test", "anna")
        await new.get(f"/uitnodiging/{token}")
        fields = {"name": "Bram", "password": "geel wolk trompet"}
        assert (await new.post(f"/uitnodiging/{token}", fields)).where == "/helpdesk"
        assert (await old.get("/helpdesk")).where == "/inloggen"
        assert (await old.log_in("Anna")).status == 401
        assert (await old.log_in("Anna", "geel wolk trompet")).where == "/helpdesk"
        assert [(one.name, one.role) for one in await at.accounts.all()] == [("Anna", "helpdesk")]


async def test_log_in_out_and_no_fixation() -> None:
    async with pages() as at, browser(at) as one:
        await at.account("Anna")
        await one.get("/inloggen")
        fixed = one.cookie
        await one.log_in("anna")  # names are compared as people write them
        assert one.where == "/helpdesk" and one.cookie != fixed
        mine = one.cookie
        async with browser(at) as thief:
            thief.session.cookie_jar.update_cookies({"klasgenoot": fixed})
            assert (await thief.get("/helpdesk")).where == "/inloggen"
        await one.get("/helpdesk")
        assert (await one.post("/uitloggen")).where == "/inloggen"
        async with browser(at) as later:
            later.session.cookie_jar.update_cookies({"klasgenoot": mine})
            assert (await later.get("/helpdesk")).where == "/inloggen"


async def test_a_wrong_password_and_no_account_look_the_same() -> None:
    names = ["Anna", "Niemand", "", "x" * 5000, "' OR 1=1 --", "\x00"]
    async with pages() as at, browser(at) as one:
        await at.account("Anna")
        for name in names:
            await one.log_in(name, "helemaal verkeerd")
            assert one.status == 401 and "horen niet bij elkaar" in one.text and not one.where


async def test_a_wrong_password_and_no_account_take_as_long() -> None:
    async with pages() as at:
        await at.account("Anna")

        async def least(name: str) -> float:
            times = []
            for _ in range(8):
                started = time.perf_counter()
                assert await at.accounts.with_password(name, "helemaal verkeerd") is None
                times.append(time.perf_counter() - started)
            return min(times)

        await least("Anna")
        known, unknown = await least("Anna"), await least("Niemand")
        assert unknown > 0.5 * known and known > 0.5 * unknown and known > 0.005


async def test_guessing_slows_down_and_a_flood_counts_whole() -> None:
    async with pages() as at, browser(at) as one:
        await at.account("Anna")
        await one.get("/inloggen")
        csrf = one.csrf

        async def guess(n: int) -> Browser:
            fields = {"csrf": csrf, "name": "Anna", "password": f"gok nummer {n} abc"}
            return await Browser(at, one.session).post("/inloggen", fields)

        guesses = await asyncio.gather(*(guess(n) for n in range(30)))
        looked_at = [one.status for one in guesses].count(401)
        # On a machine that is very slow the first second's wait may be over before the last.
        assert looked_at in (5, 6)
        assert all("seconden" in one.text for one in guesses if one.status == 429)


async def test_sessions_end_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    async with pages(idle_min=20, session_h=1) as at, browser(at) as one:
        await at.account("Anna")
        now = time.time()
        clock = {"now": now}
        monkeypatch.setattr(at.site._sessions, "_clock", lambda: clock["now"])
        await one.log_in("Anna")
        for minutes in (19, 38, 57):  # visited now and then
            clock["now"] = now + 60 * minutes
            assert (await one.get("/helpdesk")).status == 200, minutes
        clock["now"] = now + 3601
        assert (await one.get("/helpdesk")).where == "/inloggen"
        clock["now"] = now + 7200
        assert (await one.log_in("Anna")).where == "/helpdesk"
        clock["now"] = now + 7200 + 60 * 21
        assert (await one.get("/helpdesk")).where == "/inloggen"


async def test_a_password_is_changed_with_the_old_one() -> None:
    async with pages() as at, browser(at) as one, browser(at) as other:
        await at.account("Anna")
        await one.log_in("Anna")
        await other.log_in("Anna")
        await one.get("/account")
        wrong = {"old": "x", "new": "geel wolk trompet"}
        assert (await one.post("/account/wachtwoord", wrong)).status == 400
        await one.post("/account/wachtwoord", {"old": PASSWORD, "new": "aaaaaaaaaaaaaaaa"})
        assert one.status == 400 and "raden" in one.text
        await one.post("/account/wachtwoord", {"old": PASSWORD, "new": "geel wolk trompet"})
        assert one.status == 200 and "veranderd" in one.text
        assert (await other.get("/account")).where == "/inloggen"
        assert (await one.get("/account")).status == 200


# --- who may what --------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(RIGHTS))
async def test_every_page_asks_for_its_right(role: str) -> None:
    async with pages() as at, browser(at) as one, browser(at) as nobody:
        await at.account("Anna", role)  # type: ignore[arg-type]
        pair = await Pair().add_to(at.store)
        number = set_number(pair.unit.public)
        await one.log_in("Anna")
        await nobody.get("/inloggen")
        for method, pattern, right, _ in at.site.table:
            if right is None or pattern == "/uitloggen" or "{placement}" in pattern:
                continue
            path = pattern.replace("{number}", number).replace("{token}", "x")
            if method == "GET":
                assert (await nobody.get(path)).where == "/inloggen", path
                assert (await one.get(path)).status == (
                    200 if may_in_house(role, right) else 403
                ), path
            else:
                await nobody.get("/inloggen")
                assert (await nobody.post(path)).where == "/inloggen", path
                await one.get("/account")
                status = (await one.post(path)).status
                assert (status == 403) is not may_in_house(role, right), path
        assert len(await at.accounts.all()) == 1


async def test_a_beheerder_invites_and_ends() -> None:
    async with pages() as at, browser(at) as chief, browser(at) as anna:
        await at.account("Chef", "beheerder")
        await chief.log_in("Chef")
        await chief.get("/accounts")
        await chief.post("/accounts/uitnodigen", {"role": "helpdesk"})
        path = chief.text.split(at.origin)[1].split("<")[0]
        await anna.get(path)
        assert (await anna.post(path, {"name": "Anna", "password": PASSWORD})).where
        for fields in ({"role": "god"}, {}, {"role": "helpdesk", "name": "Niemand"}):
            assert (await chief.post("/accounts/uitnodigen", fields)).status == 400
            await chief.get("/accounts")
        await chief.post("/accounts/einde", {"name": "Chef"})
        assert chief.status == 400
        await chief.post("/accounts/einde", {"name": "anna"})
        assert chief.status == 200
        assert (await anna.get("/helpdesk")).where == "/inloggen"
        assert (await anna.log_in("Anna")).status == 401
        whats = [line.what for line in await audit.lines(at.store)]
        assert whats[:3] == ["account_ended", "account_made", "account_invited"]
        assert "Anna" in (await chief.get("/logboek")).text


async def test_the_log_is_read_a_sheet_at_a_time() -> None:
    async with pages() as at, browser(at) as chief:
        await at.account("Chef", "beheerder")
        await chief.log_in("Chef")
        async with at.store.transaction() as connection:
            for n in range(60):
                line = audit.Line(at=float(n), who="set", what="doctor", detail=f"nummer-{n}-")
                await audit.note(connection, line)
            said = audit.Line(at=99.0, who="set", what="action_result", detail="doctor done x_y")
            await audit.note(connection, said)
        assert "nummer-59-" in (await chief.get("/logboek")).text and "x_y" in chief.text
        assert "nummer-9-" not in chief.text and "blad=2" in chief.text
        assert "nummer-9-" in (await chief.get("/logboek?blad=2")).text
        assert "blad=1" in chief.text and "blad=3" not in chief.text
        for rubbish in ("0", "-1", "x", "9" * 30, "²"):
            assert "nummer-59-" in (await chief.get(f"/logboek?blad={rubbish}")).text


# --- what a request has to have ---------------------------------------------------------------


async def test_another_site_s_form_does_nothing() -> None:
    async with pages() as at, browser(at) as one:
        await at.account("Anna")
        await one.log_in("Anna")
        await one.get("/account")
        csrf = one.csrf
        for headers in (
            {"Origin": "https://example.org"},
            {"Origin": "null"},
            {"Origin": ""},
            {"Sec_Fetch_Site": "cross-site"},
            {"Sec_Fetch_Site": "same-site"},
        ):
            assert (await one.post("/uitloggen", {"csrf": csrf}, **headers)).status == 400
        for wrong in ("", "x", csrf[:-1], csrf + "x", "é" * 43):
            assert (await one.post("/uitloggen", {"csrf": wrong})).status == 400
        assert (await one.get("/account")).status == 200
        assert (await one.get("/account", Host="evil.example")).status == 421
        assert (await one.get("/account", Host=f"127.0.0.1:{at.port}")).status == 421


_BODIES = (
    b"",
    b"\xff\xfe",
    b"&&&===%%%",
    b"csrf=a&csrf=b",
    b"name=%FF%FE",
    b"=".join([b"a"] * 20),
    b"&".join(b"a%d=1" % n for n in range(99)),
    b"x" * 40_000,
)


async def test_rubbish_in_a_body() -> None:
    async with pages() as at, browser(at) as one:
        await one.get("/inloggen")
        for body, kind in itertools.product(
            _BODIES, ["application/x-www-form-urlencoded", "application/json", "", "é"]
        ):
            for path in ("/inloggen", "/inloggen/passkey", "/uitnodiging/x"):
                await one.post(path, body, Content_Type=kind, X_Klasgenoot_Form="x")
                assert one.status == 400, (path, body[:20], kind)


_ANSWERS: tuple[dict[str, object], ...] = (
    {},
    {"id": 5},
    {"id": "x"},
    {"id": "x" * 2000},
    {"id": "abcd", "rawId": "abcd", "type": "public-key", "response": {}},
    {"id": [], "response": {"clientDataJSON": "x"}},
    {"name": 5, "answer": {}},
    {"name": "Anna", "answer": 5},
    {"name": "Anna", "answer": {"id": "a", "rawId": "a", "response": 9, "type": "x"}},
)


async def test_rubbish_for_a_passkey() -> None:
    async with pages() as at, browser(at) as one:
        token = await at.invitations.invite("helpdesk", "test")
        starts = ("/inloggen/passkey", f"/uitnodiging/{token}/passkey")
        for start, body in itertools.product(starts, _ANSWERS):
            await one.get("/inloggen")
            headers = {"Content_Type": "application/json", "X_Klasgenoot_Form": one.csrf}
            await one.post(f"{start}/vraag", json.dumps({"name": "Anna"}).encode(), **headers)
            assert one.status == 200 and "challenge" in one.text
            await one.post(start, json.dumps(body).encode(), **headers)
            assert one.status in (400, 401)
        assert await at.accounts.all() == []


async def test_rubbish_in_a_cookie() -> None:
    cookies = ["", "x", "x" * 43, "é", '"; DROP', "a" * 4000]
    async with pages() as at, browser(at) as one:
        for cookie, path in itertools.product(cookies, ("/helpdesk", "/inloggen")):
            header = f"klasgenoot={cookie}; taal={cookie}".encode().decode("latin-1")
            await one.get(path, Cookie=header)
            assert one.status in (200, 303), path


_PATHS = (
    "/helpdesk/set/000-000-000",
    "/helpdesk/set/..%2f..%2fetc",
    "/helpdesk/set/%00",
    "/helpdesk/set/" + "9" * 3000,
    "/uitnodiging/x",
    "/uitnodiging/" + "A" * 43,
    "/vast/../site.py",
    "/vast/site.py",
    "/vast/%2e%2e%2fsite.py",
    "/helpdesk/",
    "/plaatsing/",
    "/plaatsing/bestaatniet",
    "/plaatsing/%00",
)


async def test_rubbish_in_a_path() -> None:
    async with pages() as at, browser(at) as one:
        await at.account("Anna")
        await one.log_in("Anna")
        for path in _PATHS:
            assert (await one.get(path)).status == 404, path


async def test_pages_are_served_shut() -> None:
    async with pages() as at, browser(at) as one:
        await one.get("/inloggen")
        policy = one.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert one.headers["Cache-Control"] == "no-store"
        assert "camera=()" in one.headers["Permissions-Policy"]
        cookie = one.headers["Set-Cookie"]
        assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Secure" not in cookie
        at.site._secure = True
        await one.get("/inloggen", Cookie="")
        cookie = one.headers["Set-Cookie"]
        assert cookie.startswith("__Host-klasgenoot=") and "Secure" in cookie
        assert "Strict-Transport-Security" in one.headers


async def test_plain_http_is_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    async with pages() as at, browser(at) as one:
        monkeypatch.setattr(site, "is_loopback", lambda _: False)
        assert (await one.get("/inloggen")).status == 403


# --- the sets ----------------------------------------------------------------------------------


async def test_a_set_reports_and_obeys_and_all_is_audited(tmp_path: Path) -> None:
    async with pages(tmp_path) as at, browser(at) as one, devices(at) as sets:
        GATE.names.add("Anneke")
        await at.account("Anneke")
        pair = await Pair().add_to(at.store)
        number = set_number(pair.unit.public)
        path = f"/helpdesk/set/{number}"
        await one.log_in("Anneke")
        assert number in (await one.get("/helpdesk")).text
        await one.get(path)
        await one.post(f"{path}/doe", {"action": "doctor"})
        assert one.status == 409
        unit = await sets.device(pair.unit)
        await unit.send(REPORT)
        while at.site.watch.now(pair.unit.public).report is None:  # type: ignore[union-attr]
            await asyncio.sleep(0.01)
        await at.site.watch.settled()
        await one.get(path)
        assert "Steek de kabel van de camera er opnieuw in." in one.text and "0.1.0" in one.text
        assert "jan" not in one.text  # a code that we have no words for could be a name
        await one.post(f"{path}/naam", {"name": "INV-0042"})
        assert one.status == 200 and "INV-0042" in (await one.get("/helpdesk")).text
        for wrong in ("<b>x</b>", "x" * 25, "-x", "a\nb/"):
            await one.get(path)
            assert (await one.post(f"{path}/naam", {"name": wrong})).status == 400

        async def act(fields: dict[str, str], *outcomes: str) -> HelpdeskAction:
            await one.get(path)
            doing = asyncio.create_task(one.post(f"{path}/doe", fields))
            asked = await unit.expect(HelpdeskAction)
            for outcome in outcomes:
                answer = HelpdeskResult(
                    number=asked.number,
                    outcome=outcome,  # type: ignore[arg-type]
                    findings=("light_absent", "piet_puk") if outcome == "done" else (),
                )
                await unit.send(answer)
            await doing
            assert one.where.startswith(path)
            return asked

        text = '<script>alert(1)</script> & "ja"'
        asked = await act({"action": "text", "text": text}, "started")
        assert asked.text == text
        await unit.send(HelpdeskResult(number=asked.number + 99, outcome="seen"))  # of nobody
        await unit.send(HelpdeskResult(number=asked.number, outcome="seen"))
        await act({"action": "doctor"}, "started", "done")
        await at.site.watch.settled()
        await one.get(path)
        assert "&lt;script&gt;" in one.text and "<script>alert" not in one.text
        assert "gelezen in de klas" in one.text and "kabel van de lamp" in one.text
        assert "piet" not in one.text
        for wrong in (
            {"action": "text", "text": "x" * 161},
            {"action": "text", "text": ""},
            {"action": "text", "text": "a\u202eb"},
            {"action": "text", "text": "a\tb\x07"},
            {"action": "restart", "text": "x"},
            {"action": "record"},
            {},
        ):
            await one.get(path)
            assert (await one.post(f"{path}/doe", wrong)).status == 400
        found = [(line.who, line.what) for line in await audit.lines(at.store, pair.unit.public)]
        assert found[::-1] == [
            ("Anneke", "doctor"),  # asked of a set that was off
            ("Anneke", "set_named"),
            ("Anneke", "text"),
            ("set", "action_result"),
            ("set", "action_result"),
            ("Anneke", "doctor"),
            ("set", "action_result"),
            ("set", "action_result"),
        ]
        shown = at.server.metrics.render().decode()
        assert "Anneke" not in shown and pair.unit.public[:7] not in shown


async def test_the_audit_list_cannot_be_rewritten(tmp_path: Path) -> None:
    from sqlalchemy import update

    from dossier.tables import audit as table
    from signaling.store import StoreError

    async with pages(tmp_path) as at:
        await at.account("Anna")
        before = await audit.lines(at.store)
        with pytest.raises((StoreError, Exception)):
            async with at.store.transaction() as connection:
                await connection.execute(update(table).values(who="nobody"))
        assert await audit.lines(at.store) == before
        await audit.purge(at.store, time.time() + 1)
        assert await audit.lines(at.store) == []


async def test_only_units_report_and_only_for_themselves() -> None:
    async with pages() as at, devices(at) as sets:
        pair = await Pair().add_to(at.store)
        laptop = await sets.device(pair.laptop)
        await laptop.send(REPORT)
        assert (await laptop.expect(Problem)).code == "wrong_order"
        assert at.site.watch.now(pair.laptop.public) is None
        unit = await sets.device(pair.unit)
        for rubbish in (
            '{"type":"report","state":"naked"}',
            '{"type":"report","state":"ready","faults":["Jan Jansen"]}',
            '{"type":"report","state":"ready","lost_pct":1e9}',
            '{"type":"report","state":"ready","faults":' + str(["a"] * 99).replace("'", '"') + "}",
            '{"type":"helpdesk_result","number":1,"outcome":"hacked"}',
            '{"type":"helpdesk_action","number":1,"action":"restart"}',
        ):
            device = await sets.device(pair.unit)
            await device.send(rubbish)
            assert (await device.ended())[0] in ("invalid", "unknown_type"), rubbish
        del unit


async def test_many_reports_are_dropped_and_the_rows_are_bounded() -> None:
    async with pages() as at, devices(at) as sets:
        pair = await Pair().add_to(at.store)
        unit = await sets.device(pair.unit)
        for n in range(30):
            wrong = ("camera_absent",) if n % 2 else ("light_absent",)
            await unit.send(Report(state="fault", faults=wrong))
        await unit.send("rubbish")
        await unit.ended()
        await at.site.watch.settled()
        assert len(await SetsStore(at.store).faults_of(pair.unit.public, 100)) <= 12


def test_a_number_is_made_of_the_key() -> None:
    key = DeviceKey.make().public
    assert set_number(key) == set_number(key) and len(set_number(key)) == 11


async def test_no_token_is_in_the_database(tmp_path: Path) -> None:
    async with pages(tmp_path) as at, browser(at) as one:
        invitation = await at.invitations.invite("helpdesk", "test")
        await at.account("Anna")
        await one.log_in("Anna")
        kept = await asyncio.to_thread((tmp_path / "server.db").read_bytes)
        for secret in (invitation, one.cookie, PASSWORD):
            assert secret and secret.encode() not in kept


async def test_the_link_s_history_is_kept_over_a_restart_and_forgotten_in_time(
    tmp_path: Path,
) -> None:
    pair = Pair()
    for time_ in range(2):  # twice in the same five minutes, or across their border
        async with pages(tmp_path) as at, devices(at) as sets:
            if not await at.store.all_pairs():
                await pair.add_to(at.store)
            unit = await sets.device(pair.unit, boot=f"boot-{time_}-boot-boot-boot")
            await unit.send(Report(state="live", live=True, lost_pct=4.0, rtt_ms=50))
            while at.site.watch.now(pair.unit.public).report is None:  # type: ignore[union-attr]
                await asyncio.sleep(0.01)
    async with pages(tmp_path) as at:
        kept = SetsStore(at.store)
        slots = await kept.history(pair.unit.public, 0)
        assert 1 <= len(slots) <= 2 and sum(slot.samples for slot in slots) == 2
        assert {slot.lost_pct for slot in slots} == {4.0}
        assert 0 < sum(slot.online_s for slot in slots) < 60
        many = [(DeviceKey.make().public, Slot(slot.slot, 300.0)) for slot in slots * 350]
        await kept.add_slots(many)
        await kept.purge(time.time() + 1, slots[-1].slot + 1)
        assert await kept.history(pair.unit.public, 0) == []
