"""The pure parts of the helpdesk's pages: attempts, roles, tokens, history, plots, words."""

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import Helpdesk, Server, SettingsError
from dossier import plot
from dossier.attempts import ENTRIES, Attempts
from dossier.history import SLOT_S, Record, Slot
from dossier.passwords import problem
from dossier.roles import RIGHTS, ROLES, may
from dossier.site import origin
from dossier.tokens import form_token, hashed, is_token, new_token, same
from dossier.words import _CATALOGUE, KNOWN_CODES, _screen, advice, say
from dossier.words_pages import WORDS
from signaling.messages_helpdesk import Report

T0 = 1_800_000_000.0
LIVE = Report(state="live", live=True, lost_pct=2.0, rtt_ms=50, rate_kbps=1000)


def test_attempts_slow_down_forget_and_stay_small() -> None:
    attempts, names = Attempts(), ("account anna", "address 192.0.2.1")
    waits = []
    for _ in range(14):
        waits.append(attempts.wait_s(names, 0.0))
        attempts.note(names, 0.0)
    assert waits[:6] == [0, 0, 0, 0, 0, 1.0] and waits[6:9] == [2, 4, 8] and max(waits) == 30
    assert attempts.wait_s(names, 1000.0) == 0
    attempts.forget("account anna")
    assert attempts.wait_s(names, 0.0) == 0  # the address is below its own bound
    for n in range(ENTRIES + 50):
        attempts.note((f"account {n}",), 0.0)
    assert len(attempts) == ENTRIES


def test_roles() -> None:
    assert set(RIGHTS) == set(ROLES)
    assert may("beheerder", "accounts") and not may("helpdesk", "accounts")
    assert not may("helpdesk", "audit") and not may("", "own") and not may("root", "sets")


def test_tokens() -> None:
    token = new_token()
    assert is_token(token) and token != new_token()
    assert not is_token("") and not is_token(token + "\n") and not is_token("é" * 43)
    assert token not in (hashed(token), form_token(token)) and same("é", "é")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("kort", "password_short"),
        ("x" * 300, "password_long"),
        ("aaaaaaaaaaaaaaaa", "password_common"),
        ("Klasgenoot123456", "password_common"),
        ("wachtwoord welkom", "password_common"),
        ("Anna de Vries!", "password_common"),
        ("paars varen lantaarn", ""),
        ("correct horse battery", ""),
        ("密码密码长长的一二三四五六", ""),
    ],
)
def test_passwords(password: str, code: str) -> None:
    assert problem(password, "Anna de Vries") == code


def test_an_hour_of_a_set() -> None:
    start = T0 - T0 % SLOT_S
    record = Record(start)
    record.came("boot one")
    for second in range(0, 3600, 30):
        now = start + second
        record.advance(now)
        if 600 <= second < 1200:
            record.told(LIVE, now)
        elif second % 60 == 0:
            record.told(Report(state="ready"), now)
    record.advance(start + 3600)
    record.came("boot two")
    slots = record.take(all_of_it=True)
    assert sum(slot.online_s for slot in slots) == pytest.approx(3600)
    assert sum(slot.live_s for slot in slots) == pytest.approx(600, abs=31)
    assert sum(slot.restarts for slot in slots) == 1
    measured = [slot for slot in slots if slot.samples]
    assert {(slot.lost_pct, slot.rtt_ms, slot.rate_kbps) for slot in measured} == {(2, 50, 1000)}
    assert record.take(all_of_it=True) == []


@given(st.lists(st.tuples(st.floats(-1e5, 1e6), st.sampled_from("cwt")), max_size=40))
def test_any_clock_counts_no_more_than_there_was(story: list[tuple[float, str]]) -> None:
    record, now, most = Record(T0), T0, 0.0
    for step, what in story:
        most += max(0.0, step)
        now += step
        record.advance(now)
        match what:
            case "c":
                record.came("boot")
            case "w":
                record.went()
            case _:
                record.told(LIVE, now)
    slots = record.take(all_of_it=True)
    assert sum(slot.online_s for slot in slots) <= most + 1e-3
    for slot in slots:
        assert 0 <= slot.live_s <= slot.online_s + 1e-6
    assert len(slots) <= 3 * len(story) * 13 + 2


def test_plots_are_drawings_without_style_or_script() -> None:
    span = plot.day(7_000_000)
    slots = [Slot(span.first_slot + 10, 300, 200, 1, 5, 2.5, 40, 900)]
    found = plot.columns(span, slots)
    drawings = (
        plot.presence(span, found, 'Aan "en" <les>', lambda at: "10:00"),
        plot.measure(span, found, lambda c: c.lost_pct, "Verlies", lambda at: "10:00"),
    )
    for drawing in drawings:
        tree = ET.fromstring(drawing)
        assert tree.get("role") == "img" and tree.get("aria-label")
        assert "style=" not in drawing and "<script" not in drawing and "nan" not in drawing
    assert drawings[0].count('class="live"') == 1 and drawings[0].count('class="restart"') == 1
    assert drawings[1].count("M") == 1
    assert plot.nice_top(0) == 1 and plot.nice_top(7) == 10 and plot.nice_top(230) == 500
    week = plot.columns(plot.week(7_000_000), slots)
    assert len(week) == 168 and sum(column.online_s for column in week) == 300


def test_the_words_are_those_of_the_screen() -> None:
    lines = re.findall(r"^    '(?:advice|fault|klas\.notice)\.", _CATALOGUE.read_text(), re.M)
    assert len(lines) == sum(len(words) for words in _screen().values())
    assert set(_screen()["nl"]) == set(_screen()["en"])
    assert "camera_absent" in KNOWN_CODES and "jan" not in KNOWN_CODES
    assert advice("camera_absent", "nl") == _screen()["nl"]["advice.camera_absent"]
    assert advice("never heard of", "en") == _screen()["en"]["advice.unknown"]


def test_every_word_is_there_in_both_languages() -> None:
    for key, (dutch, english) in WORDS.items():
        assert dutch and english, key
        fields = re.findall(r"{(\w+)}", dutch)
        assert sorted(fields) == sorted(re.findall(r"{(\w+)}", english)), key
        assert say(key, "nl", **dict.fromkeys(fields, 1))


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("", "http://localhost:8780"),
        ("https://klas.example.org", "https://klas.example.org"),
        ("https://Klas.example.org:8443/", "https://klas.example.org:8443"),
        ("http://localhost:1234", "http://localhost:1234"),
    ],
)
def test_where_the_pages_are(url: str, where: str) -> None:
    assert origin(Server(), Helpdesk(url=url), 8780) == where


@pytest.mark.parametrize(
    "url",
    ["http://example.org", "klas.example.org", "https://", "https://a/b", "https://u@a", "é://["],
)
def test_an_address_that_cannot_be(url: str) -> None:
    with pytest.raises(SettingsError, match=r"helpdesk\.url"):
        origin(Server(), Helpdesk(url=url), 8780)


def test_no_pages_beyond_this_machine_without_an_address() -> None:
    assert origin(Server(host="0.0.0.0", certificate_file="x"), Helpdesk(), 443) == ""
