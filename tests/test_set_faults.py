"""Faults in a real set: named in large with what to do, and gone when they are mended."""

from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from bench.stage import stage
from bench.uart import heard
from klasgenoot.fault_words import said
from tests.test_machine import supply

pytestmark = pytest.mark.browser


def test_faults_come_and_go(play: Playwright, tmp_path: Path) -> None:
    power, thermal = tmp_path / "power", tmp_path / "thermal"
    folders = {"UNIT_POWER_DIR": str(power), "UNIT_THERMAL_DIR": str(thermal)}
    with stage(play, **folders) as one:
        screen = one.screen()
        screen.wait_for_selector("body[data-state=ready]")
        words, title = screen.locator("#words"), screen.locator("#title")
        marker = one.demo.folder / "unit" / "update.json"
        battery = supply(power, "BAT0", type="Battery", capacity="9", status="Discharging")
        expect(words).to_have_text(said("battery_low"), timeout=10_000)
        expect(screen.locator("[data-check=power] .advice").first).to_have_text("accu 9 %")
        (battery / "status").write_text("Charging\n")
        expect(title).to_have_text("Klaar", timeout=10_000)
        supply(thermal, "thermal_zone0", temp="99000")
        expect(words).to_have_text(said("hot"), timeout=10_000)
        marker.write_text('{"state": "busy"}')  # graver than heat: nobody may switch it off now
        expect(words).to_have_text(said("update_busy"), timeout=10_000)
        marker.unlink()
        (thermal / "thermal_zone0" / "temp").write_text("40000\n")
        expect(title).to_have_text("Klaar", timeout=10_000)
        keys = [one.demo._tell(module, "key") for module in ("klasgenoot", "thuis_client")]
        one.demo._tell("signaling", "pair", "revoke", keys[0])
        expect(words).to_have_text(said("unpaired"), timeout=10_000)
        expect(screen.locator("#pairing-begin")).to_be_visible()


@pytest.mark.parametrize("rubbish", [b"", bytes(range(256)), b"\xff" * 99])
def test_a_cable_at_two_speeds(rubbish: bytes) -> None:
    assert heard(rubbish, 9600, 9600) == rubbish
    packet = bytes.fromhex("81090612ff")
    assert heard(packet, 9600, 38_400) != packet
    assert len(heard(rubbish, 38_400, 9600)) <= len(rubbish)
    heard(rubbish, 9600, 38_400)
