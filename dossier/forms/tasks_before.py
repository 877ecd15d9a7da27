"""The tasks of preparation; structure is the handbook's, the sentences are ours. Pure."""

from dossier.forms.tasks import Item, items

BEFORE: tuple[Item, ...] = (
    *items(
        "inform",
        "home",
        (
            "explain_home",
            "consulent",
            "Leg leerling en ouders uit hoe de Klasgenoot werkt; regel zo nodig een tolk.",
            "Explain the Klasgenoot to pupil and parents; arrange an interpreter where needed.",
        ),
        (
            "limits_home",
            "consulent begeleider",
            "Bespreek met het gezin wat op deze school wel en niet kan.",
            "Discuss with the family what can and cannot be done at this school.",
        ),
        (
            "goals_home",
            "consulent begeleider",
            "Bespreek met het gezin welke doelen haalbaar zijn.",
            "Discuss with the family which goals can be reached.",
        ),
    ),
    *items(
        "inform",
        "school",
        (
            "who_informs",
            "regiehouder",
            "Bepaal hoe docenten en begeleiders het horen.",
            "Decide how teachers and supervisors are told.",
        ),
        (
            "explain_school",
            "regiehouder consulent",
            "Leg iedereen op school die meedoet uit wat het systeem kan, en wat niet.",
            "Explain to everybody at school who takes part what the system can do, and what not.",
        ),
        (
            "goals_school",
            "consulent begeleider",
            "Bespreek met de docenten de doelen voor leerling, klas en docent.",
            "Discuss with the teachers the goals for pupil, class and teacher.",
        ),
        (
            "factors_school",
            "consulent begeleider",
            "Vertel de docenten wat helpt en wat hindert.",
            "Tell the teachers what helps and what hinders.",
        ),
    ),
    *items(
        "inventory",
        "home",
        (
            "inventory_home",
            "begeleider consulent",
            "Vul met leerling en ouders INVENTARISATIE-1 in.",
            "Fill in INVENTARISATIE-1 with pupil and parents.",
            "inventory_1",
        ),
        (
            "around_home",
            "begeleider consulent",
            "Kijk samen wat thuis of in het ziekenhuis meespeelt.",
            "See together what plays a part at home or in hospital.",
        ),
        (
            "privacy_home",
            "begeleider consulent",
            "Spreek af wie wat mag weten.",
            "Agree who may know what.",
        ),
        (
            "line_home",
            "begeleider consulent",
            "Kijk of internet en plek goed genoeg zijn.",
            "See whether internet and place are good enough.",
        ),
    ),
    *items(
        "inventory",
        "school",
        (
            "inventory_school",
            "begeleider",
            "Vul voor de school INVENTARISATIE-2 in.",
            "Fill in INVENTARISATIE-2 for the school.",
            "inventory_2",
        ),
        (
            "around_school",
            "begeleider",
            "Kijk wat op school meespeelt: lokalen, rooster, docenten.",
            "See what plays a part at school: rooms, timetable, teachers.",
        ),
        (
            "ict_school",
            "regiehouder ict",
            "Spreek met de school-ICT’er af hoe die meewerkt.",
            "Agree with school ICT how they take part.",
        ),
    ),
    *items(
        "organise",
        "home",
        (
            "spot_home",
            "ouder consulent",
            "Zorg voor een rustige plek met goed internet.",
            "Find a quiet spot with good internet.",
        ),
        (
            "fault_home",
            "ouder consulent",
            "Zorg voor een stappenplan bij storing.",
            "Have a plan for faults.",
        ),
        (
            "first_home",
            "ouder consulent",
            "Spreek af wie er thuis bij is bij het eerste contact.",
            "Agree who is there at home for the first contact.",
        ),
    ),
    *items(
        "organise",
        "school",
        (
            "fault_school",
            "ict begeleider",
            "Maak een stappenplan bij storing.",
            "Make a plan for faults.",
        ),
        (
            "buddies",
            "begeleider",
            "Zoek buddy’s en spreek af wat zij doen.",
            "Find buddies and agree what they do.",
        ),
        (
            "storage",
            "begeleider",
            "Regel waar de set staat, achter slot, en hoe hij door de school gaat.",
            "Arrange where the set is kept, locked, and how it goes through school.",
        ),
        (
            "letter",
            "begeleider",
            "Stuur de brief aan de ouders van de klas.",
            "Send the letter to the class’s parents.",
        ),
        (
            "goals_together",
            "regiehouder begeleider",
            "Maak samen doelen die je kunt meten (INVENTARISATIE-3).",
            "Make goals together that can be measured (INVENTARISATIE-3).",
            "inventory_3",
        ),
        (
            "rooster",
            "regiehouder begeleider",
            "Maak een haalbaar rooster, ook met pauzes.",
            "Make a timetable that can be kept, with breaks too.",
        ),
        (
            "phone_list",
            "regiehouder begeleider",
            "Maak de lijst van namen, taken en telefoonnummers.",
            "Make the list of names, tasks and telephone numbers.",
        ),
        (
            "absence",
            "regiehouder begeleider",
            "Spreek af hoe afmelden gaat, aan beide kanten.",
            "Agree how to sign off, on both sides.",
        ),
        (
            "evaluation_days",
            "regiehouder begeleider",
            "Spreek af wanneer jullie evalueren.",
            "Agree when to evaluate.",
        ),
        (
            "plan_talk",
            "regiehouder",
            "Bespreek plan en rooster met iedereen die meedoet.",
            "Discuss plan and timetable with everybody who takes part.",
        ),
        (
            "first_prepare",
            "begeleider ict",
            "Bereid het eerste contact voor: les, ICT, telefoon.",
            "Prepare the first contact: lesson, ICT, telephone.",
        ),
        (
            "first_programme",
            "begeleider",
            "Bespreek het programma van het eerste contact op school.",
            "Discuss the first contact’s programme at school.",
        ),
    ),
)
