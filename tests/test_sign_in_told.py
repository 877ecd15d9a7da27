"""Behind a Wi-Fi sign-in page both pages say so, where the person who can mend it looks."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, Playwright

from bench.stage import stage

pytestmark = pytest.mark.browser


class _Portal(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html>Welkom! Ga akkoord met de voorwaarden.</html>")

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Who hangs up before the answer is no news; the plain one prints the address."""


@contextmanager
def portal() -> Iterator[int]:
    server = _Server(("127.0.0.1", 0), _Portal)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def words(page: Page, key: str) -> str:
    return page.evaluate("async (k) => (await import('/gedeeld/teksten.js')).t(k)", key)


def test_both_pages_ask_to_sign_in(play: Playwright) -> None:
    with portal() as port, stage(play, LINK_SERVER_URL=f"wss://127.0.0.1:{port}/ws") as one:
        home, screen = one.home(), one.screen()
        home.click("[data-action=join]")
        home.get_by_text(words(home, "reason.sign_in")).first.wait_for(timeout=15_000)
        assert words(home, "reason.sign_in").startswith("Meld je eerst aan bij het wifi-netwerk")
        screen.get_by_text(words(screen, "fault.sign_in")).first.wait_for(timeout=30_000)
