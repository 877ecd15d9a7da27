"""The table of faults: complete words in both languages, and a page in the docs that is fresh."""

from dataclasses import replace
from pathlib import Path

import pytest

from klasgenoot import fault_words
from klasgenoot.faults import FAULTS, HINTS, blocks, first, in_order, of_check
from klasgenoot.situation import (
    NOT_FITTED,
    Machine,
    Part,
    checks,
    faults,
    notices,
    pupil_notices,
    todo,
    unit_state,
)
from tests.test_situation import WELL

DOCS = Path(__file__).parent.parent / "docs" / "faults.md"


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("code", FAULTS)
def test_words_are_complete(code: str, language: fault_words.Language) -> None:
    words, fault = fault_words.catalogue(language), FAULTS[code]
    assert words[f"advice.{code}"]
    assert words[f"check.{fault.check}"]
    assert words[f"who.{fault.who}"]
    assert (f"fault.{code}" in words) is (code not in HINTS)
    if fault.told:
        assert words[f"notice.{code}"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_words_without_a_fault(language: fault_words.Language) -> None:
    for key in fault_words.catalogue(language):
        kind, _, code = key.partition(".")
        if kind in ("fault", "advice") and code != "unknown":
            assert code in FAULTS, key


def test_both_languages_have_the_same_keys() -> None:
    assert fault_words.catalogue("nl").keys() == fault_words.catalogue("en").keys()


def test_who_mends_it_is_whom_the_words_name() -> None:
    for fault in FAULTS.values():
        said = fault_words.said(fault.code)
        if fault.who in ("ict", "helpdesk"):
            assert {"ict": "ICT van school", "helpdesk": "helpdesk"}[fault.who] in said, fault.code


def test_the_docs_are_fresh() -> None:
    assert DOCS.read_text("utf-8") == fault_words.render(), (
        "python -m klasgenoot.fault_words > docs/faults.md"
    )


def test_order() -> None:
    assert first(["light_absent", "camera_absent", "network_absent"]) == "network_absent"
    assert first(["nobody_knows", "pupil_away"]) == "pupil_away"
    assert first([]) == ""
    assert in_order(["hot", "sign_in", "hot"]) == ("sign_in", "hot")
    assert of_check(["hot", "camera_taken"], "camera") == "camera_taken"
    assert not blocks("nobody_knows")
    ranks = [fault.blocks for fault in FAULTS.values()]
    assert ranks == sorted(ranks, reverse=True), "what blocks comes before what does not"


MACHINE = Machine(network=Part(True))


@pytest.mark.parametrize(
    ("changes", "code", "line"),
    [
        ({"machine": replace(MACHINE, power=Part(False, "battery_low"))}, "battery_low", "power"),
        ({"machine": replace(MACHINE, disk=Part(False, "disk_full"))}, "disk_full", "set"),
        ({"machine": replace(MACHINE, heat=Part(False, "hot"))}, "hot", "set"),
        ({"machine": replace(MACHINE, update=Part(False, "update_busy"))}, "update_busy", "set"),
        ({"clock": Part(False, "clock_off")}, "clock_off", "set"),
        ({"microphone": Part(False, "class_mic_silent")}, "class_mic_silent", "microphone"),
        ({"speaker": Part(False, "speaker_unheard")}, "speaker_unheard", "speaker"),
        ({"light": Part(False, "light_absent")}, "light_absent", "light"),
    ],
)
def test_what_the_lesson_survives(changes: dict, code: str, line: str) -> None:
    facts = replace(WELL, **changes)
    assert unit_state(facts) == ("ready", "")
    assert todo(facts) == code
    red = [check for check in checks(facts) if check.ok is False]
    assert [(check.name, check.advice) for check in red] == [(line, code)]
    assert code in notices(replace(facts, live=True))


def test_what_blocks_it() -> None:
    no_network = replace(
        WELL,
        machine=Machine(network=Part(False, "network_absent")),
        server=Part(False, "server_away"),
        server_away_s=30,
    )
    assert unit_state(no_network) == ("fault", "network_absent")
    assert "server_away" not in faults(no_network)  # the rest of the way is not to blame
    assert {c.name: c.ok for c in checks(no_network)}["server"] is None
    assert unit_state(replace(WELL, media=Part(False, "media_failed")))[1] == "media_failed"
    unpaired = replace(WELL, paired=False, ended=True)
    assert unit_state(unpaired) == ("fault", "unpaired")
    stopped = replace(WELL, server=Part(False, "sign_in"), server_away_s=7)
    assert unit_state(stopped) == ("fault", "sign_in")
    assert {c.name for c in checks(stopped) if c.ok is False} == {"network"}


def test_a_pupil_who_is_not_there_is_a_hint() -> None:
    alone = replace(WELL, pupil_online=False)
    assert unit_state(alone) == ("ready", "")
    assert todo(alone) == ""
    assert not notices(alone)
    line = next(check for check in checks(alone) if check.name == "pupil")
    assert (line.ok, line.advice) == (None, "pupil_away")


def test_the_pupil_is_told_what_is_no_business_of_the_school_alone() -> None:
    facts = replace(
        WELL,
        live=True,
        machine=replace(MACHINE, disk=Part(False, "disk_full")),
        microphone=Part(False, "class_mic_silent"),
    )
    assert set(notices(facts)) == {"disk_full", "class_mic_silent"}
    assert pupil_notices(facts) == ("class_mic_silent",)


def test_a_part_that_the_set_has_not_got_has_no_line() -> None:
    names = [check.name for check in checks(replace(WELL, light=Part(code=NOT_FITTED)))]
    assert "light" not in names
    assert "ptz" in names


def test_a_battery_is_shown() -> None:
    facts = replace(WELL, machine=Machine(percent=64, charging=True))
    power = checks(facts)[0]
    assert (power.name, power.ok, power.percent, power.charging) == ("power", True, 64, True)
