"""The door of the class: open in the lessons of the timetable, else after a knock."""

import pytest

from klasgenoot.asking.door import WELCOME_S, Door
from signaling.messages_agenda import Agenda, AgendaLesson

LESSON = Agenda(holds=True, lessons=(AgendaLesson(begin=10_000, end=13_000),))


WEEK_ONLY = Agenda(holds=False, lessons=LESSON.lessons)


@pytest.mark.parametrize("agenda", [None, Agenda(holds=False), WEEK_ONLY])
def test_without_a_timetable_it_is_open(agenda: Agenda | None) -> None:
    door = Door()
    door.told(agenda)
    assert door.opens(0, 0, clock_right=True)


def test_in_a_lesson_and_around_it() -> None:
    door = Door()
    door.told(LESSON)
    found = [door.opens(0, at, clock_right=True) for at in (9_000, 9_400, 12_000, 13_299, 13_300)]
    assert found == [False, True, True, True, False]


def test_the_class_says_come_in_for_a_while() -> None:
    door = Door()
    door.told(LESSON)
    assert not door.opens(5, 0, clock_right=True)
    door.welcome(5)
    assert door.opens(4 + WELCOME_S, 0, clock_right=True)
    assert not door.opens(5 + WELCOME_S, 0, clock_right=True)
    door.welcome(5)
    door.told(LESSON)  # a change of the timetable takes no welcome back
    assert door.opens(6, 0, clock_right=True)
    door.told(None)  # another pair was not welcomed
    door.told(LESSON)
    assert not door.opens(6, 0, clock_right=True)


def test_a_clock_that_is_wrong_shuts_nobody_out() -> None:
    door = Door()
    door.told(LESSON)
    assert door.opens(0, 0, clock_right=False)
