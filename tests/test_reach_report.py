"""The page for the ICT department says what to do, and names nobody."""

import datetime
from html.parser import HTMLParser

import msgspec
import pytest

from signaling.reach import Reach, Try, TryKind
from signaling.reach_report import html, todo

DAY = datetime.date(2026, 11, 21)


def one(kind: TryKind, port: int, **changes: object) -> Try:
    host = "klas.example" if kind == "server" else "turn.example"
    found = Try(kind=kind, host=host, port=port, ok=True, connect_ms=40)
    if kind != "server":
        found = msgspec.structs.replace(
            found, delay_ms=20, delay_p95_ms=30, lost_pct=0.1, kbps=2900
        )
    return msgspec.structs.replace(found, **changes)


def closed(kind: TryKind, port: int) -> Try:
    found = one(kind, port)
    return Try(kind=kind, host=found.host, port=port)


def reach(*tries: Try, **changes: object) -> Reach:
    return Reach(
        **({"role": "laptop", "tries": tries, "known": True, "relay": True} | changes)  # type: ignore[arg-type]
    )


SERVER, UDP, TCP, TLS = one("server", 443), one("udp", 3478), one("tcp", 3478), one("tls", 443)
GOOD = reach(SERVER, UDP, TCP, TLS)
HOSPITAL = reach(SERVER, closed("udp", 3478), closed("tcp", 3478), TLS)
SHUT = reach(SERVER, closed("udp", 3478), closed("tcp", 3478), closed("tls", 443))
NOTHING = reach(closed("server", 443), known=False, relay=False)


class _Checker(HTMLParser):
    """Every element that is opened is closed, and nothing comes from elsewhere."""

    VOID = ("meta", "line", "rect", "path", "br")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not {"src", "href"} & {name for name, _ in attrs}
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.VOID

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def checked(page: str) -> str:
    """The words of a page that is whole and asks nothing of anyone."""
    checker = _Checker()
    checker.feed(page)
    assert checker.open == []
    return checker.text


def read(found: Reach) -> str:
    return checked(html(found, DAY))


@pytest.mark.parametrize(
    ("found", "verdict", "words"),
    [
        (GOOD, "good", ["geschikt", "Niets.", "klas.example", "443", "3478", "21 november 2026"]),
        (HOSPITAL, "good", ["geschikt", "poort 3478 (UDP)", "minder vertraging"]),
        (SHUT, "closed", ["houdt de les tegen", "poort 3478 (UDP)", "poort 443 (TCP)"]),
        (NOTHING, "closed", ["houdt de les tegen", "klas.example, poort 443 (TCP) toe"]),
        (
            reach(closed("server", 443), proxy=True, known=False),
            "closed",
            ["CONNECT", "poort 443"],
        ),
        (
            reach(closed("server", 443), known=False, sign_in=True),
            "sign_in",
            ["aanmelding", "Meld dit apparaat eerst aan"],
        ),
        (reach(SERVER, known=False, relay=False), "good", ["Bel de helpdesk"]),
        (reach(SERVER, relay=False), "good", ["geen doorgeefpunt"]),
        (
            reach(SERVER, one("udp", 3478, kbps=600, lost_pct=6, delay_p95_ms=400), TLS),
            "poor",
            ["niet scherp", "0,6 Mbit/s", "6 % kwijt", "QoS"],
        ),
        (reach(SERVER, UDP, closed("tls", 443)), "good", ["als reserve", "inspectie van TLS"]),
    ],
)
def test_what_it_says(found: Reach, verdict: str, words: list[str]) -> None:
    assert found.verdict == verdict
    text = read(found)
    for word in words:
        assert word in text


def test_a_host_is_text_not_html() -> None:
    bad = reach(one("server", 443, ok=False, host="<script>alert(1)</script>"), known=False)
    assert "<script" not in html(bad, DAY)
    assert "&lt;script" in "".join(todo(bad))


def test_the_unit_s_report_says_so() -> None:
    assert "de Klasgenoot op school" in read(reach(SERVER, UDP, TLS, role="unit"))
