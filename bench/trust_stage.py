"""The product behind firewalls: its processes, the real coturn and both browsers."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

from bench.lab_tls import TlsFiles, make_tls
from bench.lab_turn import SECRET, coturn
from bench.stage import CHROMIUM, FLAGS, PAGE_TOOLS, has_chosen
from bench.trust_lab import (
    RELAY_IP,
    RELAY_IP6,
    RELAY_NAME,
    SERVER_NAME,
    Firewalls,
)
from config.demo import Demo
from config.settings import Turn


@dataclass
class Behind:
    """Both pages, ready for the press of the button."""

    demo: Demo
    home: Page
    screen: Page


def relay_settings(folder: Path, tls: TlsFiles) -> Turn:
    """As a server's own: the names are those of the lab."""
    secret = folder / "relay-secret"
    secret.write_text(SECRET)
    return Turn(
        host=RELAY_NAME,
        secret_file=str(secret),
        listen_ips=f"{RELAY_IP},{RELAY_IP6}",
        relay_ip=RELAY_IP,
        certificate_file=str(tls.certificate),
        certificate_key_file=str(tls.key),
    )


@contextmanager
def behind(
    playwright: Playwright, lab: Firewalls, profile: str, **settings: str
) -> Iterator[Behind]:
    """Everything started behind this profile; `settings` as in stage.new_demo."""
    lab.profile(profile)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        folder.chmod(0o755)  # coturn reads its certificate as nobody in particular
        tls = make_tls(folder, SERVER_NAME, RELAY_NAME)
        turn = relay_settings(folder, tls)
        stack.enter_context(coturn(turn, lab.prefix("outside")))
        demo = _demo(lab, profile, folder, tls, turn, settings)
        stack.callback(demo.stop)
        home_url, screen_url = demo.start()
        flags = [f"--proxy-server={lab.proxy_url('home')}"] if profile == "http_proxy" else []
        screen = _page(stack, playwright, lab, "school", folder, screen_url)
        home = _page(stack, playwright, lab, "home", folder, home_url, *flags)
        screen.wait_for_selector("body[data-state=ready]", timeout=20_000)
        yield Behind(demo, home, screen)


def _demo(  # noqa: PLR0917
    lab: Firewalls,
    profile: str,
    folder: Path,
    tls: TlsFiles,
    turn: Turn,
    more: dict[str, str],
) -> Demo:
    home = lab.prefix("home")
    if profile == "http_proxy":
        home = [*home, "env", f"KLASGENOOT_LINK_HTTP_PROXY={lab.proxy_url('home')}"]
    places = {
        "DEMO_SET_PREFIX": lab.prefix("school"),
        "DEMO_SERVER_PREFIX": lab.prefix("outside"),
        "DEMO_UNIT_PREFIX": lab.prefix("school"),
        "DEMO_HOME_PREFIX": home,
    }
    settings = {
        "SERVER_HOST": SERVER_NAME,
        "SERVER_PORT": "443",
        "SERVER_CERTIFICATE_FILE": str(tls.certificate),
        "SERVER_CERTIFICATE_KEY_FILE": str(tls.key),
        "LINK_SERVER_URL": f"wss://{SERVER_NAME}/ws",
        "LINK_CA_FILE": str(tls.authority),
        "CAMERA_SOURCE": "sim:stamped",
        "SOUND_CLASS_MICROPHONE": "sim:toon:880",
        "TURN_HOST": turn.host,
        "TURN_SECRET_FILE": turn.secret_file,
        **more,
    }
    environment = {f"KLASGENOOT_{name}": text for name, text in settings.items()}
    os.environ.update({name: " ".join(prefix) for name, prefix in places.items()})
    has_chosen(folder / "demo")
    try:
        return Demo(folder / "demo", environment)
    finally:
        for name in places:
            del os.environ[name]


def _page(  # noqa: PLR0917
    stack: ExitStack,
    playwright: Playwright,
    lab: Firewalls,
    end: str,
    folder: Path,
    url: str,
    *flags: str,
) -> Page:
    script = folder / f"chromium-{end}"
    script.write_text(f'#!/bin/sh\nexec {" ".join(lab.prefix(end))} {CHROMIUM} "$@"\n')
    script.chmod(0o755)
    browser: Browser = playwright.chromium.launch(
        executable_path=script,
        # The relay's certificate is made for this run; a person's browser knows a real one.
        args=[*FLAGS, "--ignore-certificate-errors", *flags],
    )
    stack.callback(browser.close)
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.add_init_script(PAGE_TOOLS)
    page.goto(url)
    page.wait_for_selector("body[data-state]")
    return page
