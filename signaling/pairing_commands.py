"""`pair` and `unpair` on the command lines of unit and laptop."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import click

from config.settings import Settings
from signaling.client import LinkError
from signaling.commands import fail, load_or_exit, settings_option
from signaling.identity import DeviceKey, Pairing
from signaling.keyfile import (
    KeyFileError,
    end_pairing,
    load_ended,
    load_or_make,
    load_pairing,
    save_pairing,
)
from signaling.messages import Role
from signaling.own_device import OwnDevice
from signaling.pairing import Ceremony, PairingError
from signaling.pairing_client import PairingRun, tell_unpaired
from signaling.pairing_code import CodeError
from signaling.pairing_desk import begin

_ADVICE = {
    "code_empty": "type the code that the set shows",
    "code_length": "the code has 28 signs in groups of four: some are missing, or too many",
    "code_sign": "the code has only digits and letters, and never a U",
    "code_check": "there is a typing error in the code: compare it with the set's screen",
    "code_wrong": "no set shows this code now: look at the set's screen, or begin there anew",
    "code_used": "this code was used already: begin anew at the set",
    "code_burnt": "too many wrong tries: begin anew at the set",
    "code_expired": "15 minutes are over: begin anew at the set",
    "words_differ": "the words differ, so nothing was paired: call the helpdesk first",
    "unverified": "the other side is not what it says, so nothing was paired: call the helpdesk",
    "stopped": "the other side stopped: begin anew at the set",
    "server_away": "the server can't be reached: check the network, then link.server_url",
}


def add_pairing_commands(
    group: click.Group,
    role: Role,
    place: Callable[[Settings], tuple[str, str]],
    show: Callable[[Ceremony, str], None] | None = None,
) -> None:
    """Add `pair` and `unpair`. `place` gives the state folder and where keys go; `show` shows the
    code of the unit, the laptop is given one."""

    def run(path: str | None, code: str) -> None:
        settings = load_or_exit(path)
        try:
            folder, key = _open(settings, place)
            ceremony = begin(OwnDevice(role, key, folder, settings.link), code)
            if show is not None:
                show(ceremony, key.public)
            pairing = asyncio.run(_pair(settings, ceremony))
            save_pairing(folder, pairing, role)
        except (CodeError, PairingError) as error:
            fail(_ADVICE.get(error.code, error.code))
        except (KeyFileError, LinkError) as error:
            fail(str(error))
        click.echo(f"paired, epoch {pairing.epoch}")

    if role == "unit":

        @group.command()
        @settings_option
        def pair(path: str | None) -> None:
            """Show a code for the laptop, compare six words, and pair with it."""
            run(path, "")
    else:

        @group.command("pair")
        @settings_option
        @click.argument("code", nargs=-1)
        def pair_with(path: str | None, code: tuple[str, ...]) -> None:
            """Pair with the set that shows CODE; compare six words."""
            run(path, " ".join(code))

    @group.command()
    @settings_option
    def unpair(path: str | None) -> None:
        """Forget the other device for good; a lesson that goes on ends."""
        settings = load_or_exit(path)
        try:
            folder, key = _open(settings, place)
            if (pairing := load_pairing(folder)) is not None:
                end_pairing(folder, pairing, role)
            ended = load_ended(folder)
            if ended is None:
                fail("this device is not paired")
            told = asyncio.run(tell_unpaired(settings.link, key, ended))
        except (KeyFileError, LinkError) as error:
            fail(str(error))
        click.echo("un-paired")
        if not told:
            click.echo(
                "the server could not be told: it is told when this device runs and reaches it; "
                "if the device is lost, let the helpdesk revoke the pair",
                err=True,
            )


def _open(
    settings: Settings, place: Callable[[Settings], tuple[str, str]]
) -> tuple[Path, DeviceKey]:
    folder, keys = place(settings)
    return Path(folder), load_or_make(Path(folder), keyring=keys == "auto")


async def _pair(settings: Settings, ceremony: Ceremony) -> Pairing:
    loop = asyncio.get_running_loop()
    seen: set[str] = set()

    def changed() -> None:
        if ceremony.state in seen:
            return
        seen.add(ceremony.state)
        if ceremony.state == "comparing":
            click.echo(f"six words: {'  '.join(ceremony.words)}")
            # Not in the loop's own threads: those are waited for, also when the other side stops.
            threading.Thread(target=ask, daemon=True).start()
        elif ceremony.state == "confirmed":
            click.echo("waiting for the other side …")

    def ask() -> None:
        try:
            same = click.confirm("The same six words on both screens?")
        except click.Abort:
            same = False
        loop.call_soon_threadsafe(run.say, same)

    run = PairingRun(settings.link, ceremony, changed)
    return await run.run()
