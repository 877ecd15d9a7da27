"""Statements for EVALUATIE-1: four that everybody gets, and ideas from each side. Pure."""

from collections.abc import Mapping
from typing import NamedTuple


class General(NamedTuple):
    """`turned`: whoever agrees tells bad news."""

    key: str
    dutch: str
    english: str
    turned: bool = False


GENERAL: tuple[General, ...] = (
    General(
        "technical", "Er zijn problemen met de techniek.", "There are technical problems.", True
    ),
    General(
        "pleasant",
        "De leerling werkt graag met de Klasgenoot.",
        "The pupil likes working with the Klasgenoot.",
    ),
    General(
        "teachers",
        "De docenten werken graag met de Klasgenoot.",
        "The teachers like working with the Klasgenoot.",
    ),
    General("goals", "Het lukt om de doelen te halen.", "The goals are being reached."),
)

IDEAS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "begeleider": (
        (
            "De begeleider weet welke lessen zijn gevolgd.",
            "The supervisor knows which lessons were followed.",
        ),
        (
            "De begeleider ziet wat goed en wat slecht gaat bij docenten.",
            "The supervisor sees what goes well and badly with teachers.",
        ),
        (
            "De begeleider ziet wat goed en wat slecht gaat bij het gezin.",
            "The supervisor sees what goes well and badly with the family.",
        ),
        (
            "De begeleider geeft docenten bruikbare feedback.",
            "The supervisor gives teachers useful feedback.",
        ),
        (
            "De begeleider past plan en rooster aan als dat nodig is.",
            "The supervisor adapts plan and timetable where needed.",
        ),
    ),
    "docent": (
        ("Opstarten en opruimen gaat volgens afspraak.", "Starting and clearing up go as agreed."),
        ("De docent weet wat te doen bij storing.", "The teacher knows what to do with faults."),
        (
            "De microfoon wordt zo gebruikt dat thuis alles te verstaan is.",
            "The microphone is used so that all is understood at home.",
        ),
        ("Wat op het bord staat, is thuis te lezen.", "What is on the board can be read at home."),
        ("De planning past bij wat de leerling aankan.", "The plan fits what the pupil can bear."),
        ("De lesstof past bij de klas en bij thuis.", "The material fits class and home."),
        (
            "De docent kijkt of iedereen het begrijpt.",
            "The teacher checks whether everybody understands.",
        ),
        ("De klas kan zich goed concentreren.", "The class can concentrate well."),
        ("De docent stelt vragen aan de leerling.", "The teacher asks the pupil questions."),
        ("De docent geeft de leerling opdrachten.", "The teacher gives the pupil tasks."),
        (
            "Bij storing wordt de helpdesk of een helper gevraagd.",
            "With faults the helpdesk or a helper is asked.",
        ),
        (
            "De docent vraagt leerling en klas hoe het gaat.",
            "The teacher asks pupil and class how it goes.",
        ),
    ),
    "leerling": (
        ("Verbinden met de klas lukt.", "Connecting with the class works."),
        ("Draaien en inzoomen lukt.", "Turning and zooming work."),
        ("Netjes afsluiten lukt.", "Closing properly works."),
        ("De leerling is goed te verstaan in de klas.", "The pupil is understood well in class."),
        ("Thuis is het rustig tijdens de les.", "It is quiet at home during lessons."),
        (
            "De leerling meldt een storing bij helpdesk en school.",
            "The pupil reports a fault to helpdesk and school.",
        ),
        ("De leerling is op tijd ingelogd.", "The pupil is logged in on time."),
        ("De leerling kan de hele les volgen.", "The pupil can follow the whole lesson."),
        (
            "De leerling kan zeggen of de planning haalbaar is.",
            "The pupil can say whether the plan can be kept.",
        ),
        (
            "De leerling antwoordt op vragen uit de klas.",
            "The pupil answers the class’s questions.",
        ),
        ("De leerling stelt zelf vragen.", "The pupil asks questions too."),
        ("De leerling werkt samen met klasgenoten.", "The pupil works together with classmates."),
    ),
}
