"""INVENTARISATIE: goals of four kinds from two sides, what helps and hinders, and SMART. Pure."""

import re
from collections.abc import Mapping
from typing import Literal, get_args

Kind = Literal["social", "cognitive", "personal", "reintegration", "helps", "hinders"]
KINDS: tuple[Kind, ...] = get_args(Kind)
GOALS: tuple[Kind, ...] = KINDS[:4]
FORMS = (1, 2, 3)
"""Home, school, together."""
SMART = "smart"

_NUMBER = re.compile(r"\d")
_VAGUE = re.compile(r"\b(meer|beter|goed|vaker|leuk|more|better|good|nice|often)\b", re.I)


def doubts(goal: str, result: str, until: str, smart: str) -> tuple[str, ...]:
    """Why a goal may be hard to evaluate: codes with words (`smart.…`); empty when all is said.

    Two are seen in the text itself: without a number it can hardly be measured, without a day it
    has no end. The rest is for people to agree on.
    """
    found = [letter for letter in SMART if letter not in smart]
    if not _NUMBER.search(result) and "m" not in found:
        found.append("number")
    if _VAGUE.search(result) and not _NUMBER.search(result):
        found.append("vague")
    if not until:
        found.append("day")
    if not goal.strip() or not result.strip():
        found.append("empty")
    return tuple(found)


def letters(form: Mapping[str, str]) -> str:
    """The SMART letters that were ticked."""
    return "".join(letter for letter in SMART if form.get(f"smart_{letter}") == "1")


IDEAS: Mapping[Kind, tuple[tuple[str, str], ...]] = {
    "social": (
        ("Contact houden met klasgenoten", "Keep in touch with classmates"),
        ("Het gevoel hebben erbij te horen", "Feel part of the class"),
        ("Elkaar begroeten en even praten", "Greet each other and have a chat"),
        ("Samenwerken met klasgenoten", "Work together with classmates"),
        ("Plezier hebben met elkaar", "Have fun together"),
        ("De school en de lokalen leren kennen", "Get to know school and rooms"),
        ("Klasgenoten en docenten leren kennen", "Get to know classmates and teachers"),
        ("Leren omgaan met verschillen", "Learn to deal with differences"),
        ("Contact in de pauze", "Contact in breaks"),
        ("Meedoen met vieringen", "Take part in celebrations"),
    ),
    "cognitive": (
        ("Lessen volgen (welke vakken, hoeveel uur)", "Follow lessons (subjects, hours)"),
        ("Uitleg kunnen volgen", "Follow instruction"),
        ("De lesstof begrijpen", "Understand what is taught"),
        ("Hulp krijgen, één op één", "Get help one to one"),
        ("Feedback krijgen op werk", "Get feedback on work"),
        ("Toetsen maken en beoordeeld worden", "Take tests and be graded"),
        ("Iets presenteren", "Present something"),
        ("Overgaan naar de volgende klas", "Move up to the next class"),
        ("Meedoen met examens", "Take part in exams"),
        ("Het tempo deels bijhouden", "Keep up the pace in part"),
        ("Huiswerk krijgen en inleveren", "Get and hand in homework"),
    ),
    "personal": (
        ("Meebeslissen over rooster en planning", "Have a say in timetable and planning"),
        ("Leren overleggen", "Learn to consult"),
        ("Omgaan met verdriet", "Deal with grief"),
        ("Zelfstandiger worden", "Become more independent"),
        ("Meer zelfvertrouwen", "More self-confidence"),
        ("Kunnen terugkijken op jezelf", "Be able to reflect"),
        ("Verantwoordelijkheid leren (klas, buddy’s)", "Learn responsibility (class, buddies)"),
    ),
    "reintegration": (
        ("De stap terug naar school kleiner maken", "Make the step back to school smaller"),
        ("Ritme van de schooldag houden", "Keep the rhythm of a school day"),
        ("Met de eigen klas verbonden blijven", "Stay connected with one’s own class"),
    ),
    "helps": (),
    "hinders": (),
}
"""Goals that others had, to choose from."""
