"""What screen and pupil are told: derived from the facts, nothing hidden."""

from dataclasses import replace

import pytest

from klasgenoot.situation import Facts, Part, checks, lamp_tells, must_cover, notices, unit_state

WELL = Facts(
    paired=True,
    server=Part(True),
    server_away_s=0,
    camera=Part(True),
    ptz=Part(True),
    light=Part(True),
    microphone=Part(True),
    screen=True,
    pupil_online=True,
    watching=False,
    live=False,
    curtain=False,
    smartboard=None,
    view="klas",
    board_lost=False,
)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, ("ready", "")),
        ({"live": True}, ("live", "")),
        ({"curtain": True, "live": True}, ("curtain", "curtain")),
        ({"moving": True, "curtain": True, "live": True}, ("curtain", "moving")),
        ({"moving": True, "camera": Part(False, "camera_absent")}, ("curtain", "moving")),
        ({"moving": True, "paired": False}, ("fault", "not_paired")),
        ({"paired": False}, ("fault", "not_paired")),
        ({"camera": Part(False, "camera_absent")}, ("fault", "camera_absent")),
        ({"camera": Part()}, ("starting", "")),
        ({"server": Part(False, "server_away"), "server_away_s": 3}, ("starting", "")),
        ({"server": Part(False, "server_away"), "server_away_s": 30}, ("fault", "server_away")),
        # A lesson that runs needs no server: it is not interrupted by a word about it.
        (
            {"server": Part(False, "server_away"), "server_away_s": 30, "live": True},
            ("live", ""),
        ),
        ({"camera": Part(False, "camera_taken"), "live": True}, ("live", "")),
    ],
)
def test_unit_state(changes: dict, state: tuple[str, str]) -> None:
    assert unit_state(replace(WELL, **changes)) == state


def test_every_trouble_is_named() -> None:
    facts = replace(
        WELL,
        camera=Part(False, "camera_taken"),
        ptz=Part(False, "ptz_silent"),
        light=Part(False, "light_absent"),
        microphone=Part(False, "class_mic_absent"),
        server=Part(False, "server_away"),
        screen=False,
        live=True,
        curtain=True,
    )
    assert set(notices(facts)) == {
        "camera_taken",
        "ptz_silent",
        "light_absent",
        "class_mic_absent",
        "server_away",
        "kiosk_absent",
        "curtain",
    }
    assert not notices(WELL)
    # "The lesson goes on" would be nonsense when there is none.
    assert "server_away" not in notices(replace(facts, live=False))
    unplugged = replace(WELL, smartboard=Part(False, "camera_absent"))
    assert not notices(unplugged)  # nobody looks at it
    assert notices(replace(unplugged, view="scherm")) == ("smartboard_absent",)
    assert {check.name: check.ok for check in checks(facts)}["ptz"] is False


def test_nobody_watches_unseen() -> None:
    watching = replace(WELL, watching=True, screen=False)
    assert not lamp_tells(watching, 5)  # the screen may be starting again
    assert lamp_tells(watching, 11)
    assert not must_cover(watching, 11)
    lampless = replace(watching, light=Part(False, "light_absent"))
    assert must_cover(lampless, 11)
    assert must_cover(replace(watching, light=Part()), 11)  # a set without any lamp
    assert not must_cover(replace(lampless, screen=True), 11)


def test_the_curtain_covers() -> None:
    assert must_cover(replace(WELL, curtain=True), 0)


def test_between_two_rooms_nothing_is_shown() -> None:
    assert must_cover(replace(WELL, moving=True), 0)


def test_what_the_screen_hears_is_told_to_both() -> None:
    assert notices(replace(WELL, sound=("howls", "groepswerk"))) == ("howls", "groepswerk")
