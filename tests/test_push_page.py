"""Notices in a real browser: switched on and off, and what the worker shows when a push arrives.

The push service of a browser's maker is out of reach here: a made-up subscription takes its place.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect
from sqlalchemy import select

from bench.stage import CHROMIUM, FLAGS
from config import settings as config
from dossier.tables import push_devices
from tests.axe import violations
from tests.conftest import wait_for
from tests.helpdesk_tools import pages
from tests.pages_thread import PagesThread

pytestmark = pytest.mark.browser

ENDPOINT = "https://fcm.googleapis.com/fcm/send/of-nobody"
_SUBSCRIBED = """(endpoint) => {
    let made = null;
    const one = { endpoint, unsubscribe: async () => { made = null; return true; } };
    PushManager.prototype.getSubscription = async () => made;
    PushManager.prototype.subscribe = async (how) => {
        if (!how.userVisibleOnly || how.applicationServerKey.length !== 87)
            throw new Error('what a browser refuses');
        return made = one;
    };
}"""
_SHOWN = """async () => {
    const worker = await navigator.serviceWorker.getRegistration('/vast/');
    return (await worker.getNotifications()).map(({ title, body, lang }) => [title, body, lang]);
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagesThread]:
    folder = tmp_path_factory.mktemp("push")
    push = config.Push(contact="mailto:beheer@example.org", key_file=str(folder / "push.key"))
    with PagesThread(lambda: pages(folder, push=push)) as one:
        one.run(one.at.account("Sanne"))
        yield one


@pytest.fixture
def context(play: Playwright, site: PagesThread) -> Iterator[BrowserContext]:
    browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser.new_context(locale="nl-NL")
    browser.close()


def account_page(context: BrowserContext, site: PagesThread) -> Page:
    token = site.run(site.at.site.desk.sessions.begin(1, "password"))
    context.add_cookies([{"name": "klasgenoot", "value": token, "url": site.at.origin}])
    page = context.new_page()
    page.goto(f"{site.at.origin}/account")
    return page


def devices(site: PagesThread) -> list[str]:
    async def read() -> list[str]:
        async with site.at.store.transaction() as connection:
            return list((await connection.execute(select(push_devices.c.endpoint))).scalars())

    return site.run(read())


def test_it_is_switched_on_by_key_arrives_and_is_switched_off(
    context: BrowserContext, site: PagesThread, tmp_path: Path
) -> None:
    context.grant_permissions(["notifications"], origin=site.at.origin)
    context.add_init_script(f"({_SUBSCRIBED})({ENDPOINT!r})")
    page = account_page(context, site)
    card = page.locator("[data-push]")
    expect(card).to_contain_text("De melding staat uit op dit apparaat.")
    card.get_by_role("button", name="Zet aan").focus()
    page.keyboard.press("Enter")
    expect(card).to_contain_text("De melding staat aan op dit apparaat.")
    assert devices(site) == [ENDPOINT] and not violations(page)
    page.screenshot(path=tmp_path / "push.png", full_page=True)
    for _ in range(2):  # what is new twice is one notice
        deliver(page, site.at.origin)
    wait_for(lambda: page.evaluate(_SHOWN), what="the notice")
    assert page.evaluate(_SHOWN) == [
        ["Er is iets nieuws", "Log in bij de Klasgenoot om het te lezen.", "nl"]
    ]
    card.get_by_role("button", name="Zet uit").click()
    expect(card).to_contain_text("De melding staat uit op dit apparaat.")
    assert not devices(site)


def deliver(page: Page, origin: str) -> None:
    """As the browser does when its push service brings an empty message."""
    tools = page.context.new_cdp_session(page)
    found: list[str] = []

    def told(event: dict[str, list[dict[str, str]]]) -> None:
        found.extend(one["registrationId"] for one in event["registrations"])

    tools.on("ServiceWorker.workerRegistrationUpdated", told)
    tools.send("ServiceWorker.enable")
    wait_for(lambda: page.evaluate("1") and found, what="the worker")
    tools.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": found[0], "data": ""},
    )
    tools.detach()


def test_a_browser_that_holds_it_back_says_what_to_do(
    context: BrowserContext, site: PagesThread
) -> None:
    page = account_page(context, site)
    page.goto(f"{site.at.origin}/account?taal=en")
    page.evaluate("Notification.requestPermission = async () => 'denied'")
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator("[data-push]")).to_contain_text(re.compile("Allow them at the lock"))
    assert not devices(site)


def test_a_push_service_out_of_reach_is_said(context: BrowserContext, site: PagesThread) -> None:
    """This browser really asks for a subscription, and there is no way out here."""
    context.grant_permissions(["notifications"], origin=site.at.origin)
    page = account_page(context, site)
    page.get_by_role("button", name="Zet aan").click()
    expect(page.locator("[data-push]")).to_contain_text("kan zijn meldingendienst niet bereiken")
    expect(page.get_by_role("button", name="Zet aan")).to_be_enabled()
    assert not devices(site)
