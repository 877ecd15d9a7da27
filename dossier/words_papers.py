"""The words of the papers: key -> (Dutch, English). Read by parents who know nothing of this yet,
by a school that signs, and by buddies in a corridor."""

from collections.abc import Mapping

_MONTHS = (
    ("januari", "January"),
    ("februari", "February"),
    ("maart", "March"),
    ("april", "April"),
    ("mei", "May"),
    ("juni", "June"),
    ("juli", "July"),
    ("augustus", "August"),
    ("september", "September"),
    ("oktober", "October"),
    ("november", "November"),
    ("december", "December"),
)

WORDS: Mapping[str, tuple[str, str]] = {
    **{f"month.{number}": words for number, words in enumerate(_MONTHS, 1)},
    "tab.papers": ("Papieren", "Papers"),
    "papers.title": ("Papieren", "Papers"),
    "papers.why": (
        "Ingevuld met wat in dit dossier staat. Wat niet bekend is, wordt een lijn om op te "
        "schrijven. Telefoonnummers staan er alleen in van wie ze deelt.",
        "Filled in with what is in this file. What is not known becomes a line to write on. "
        "Telephone numbers are only there of who shares them.",
    ),
    "papers.print": ("Afdrukken met Ctrl+P, of met het menu van je browser.", "Print with Ctrl+P."),
    "papers.open": ("Openen", "Open"),
    "papers.back": ("Alle papieren", "All papers"),
    "paper.brief": ("Brief aan ouders van klasgenoten", "Letter to classmates’ parents"),
    "paper.brief.why": (
        "Voor de school, om op eigen briefpapier te zetten.",
        "For the school, to put on its own letter paper.",
    ),
    "paper.bruikleen": ("Bruikleenovereenkomst", "Loan agreement"),
    "paper.bruikleen.why": (
        "Te tekenen op de plaatsingsdag, in twee exemplaren.",
        "To be signed on the day of placement, two copies.",
    ),
    "paper.telefoonlijst": ("Telefoonlijst en rooster", "Phone list and timetable"),
    "paper.telefoonlijst.why": (
        "Hang hem bij de set en leg er thuis een neer.",
        "Hang it at the set, and put one at home.",
    ),
    "paper.handelingsplan": ("Handelingsplan", "Action plan"),
    "paper.handelingsplan.why": (
        "Doelen, rooster en afspraken op papier, om samen te bespreken.",
        "Goals, timetable and agreements on paper, to discuss together.",
    ),
    "paper.plaatsingsverslag": ("Plaatsingsverslag", "Placement report"),
    "paper.plaatsingsverslag.why": (
        "Wat er op de plaatsingsdag gedaan is, te tekenen door monteur en school.",
        "What was done on the day of placement, signed by technician and school.",
    ),
    # shared
    "paper.date": ("Datum", "Date"),
    "paper.place": ("Plaats", "Place"),
    "paper.name": ("Naam", "Name"),
    "paper.sign": ("Handtekening", "Signature"),
    "paper.pupil": ("Leerling", "Pupil"),
    "paper.school": ("School", "School"),
    "paper.set": ("Nummer van de set", "Number of the set"),
    # letter
    "brief.dear": ("Beste ouders en verzorgers,", "Dear parents and guardians,"),
    "brief.1": (
        "{pupil} uit de klas van uw kind is al lange tijd ziek en kan niet op school zijn. Toch "
        "hoort {pupil} bij de klas. Daarom komt er een Klasgenoot in het lokaal: een scherm met "
        "een camera op een wagentje. Thuis of in het ziekenhuis staat een laptop. Zo volgt "
        "{pupil} de les, stelt een vraag en praat in de pauze met klasgenoten.",
        "{pupil}, of your child’s class, has been ill for a long time and cannot be at school. Yet "
        "{pupil} belongs to the class. So a Klasgenoot comes into the classroom: a screen with a "
        "camera on a trolley. At home or in hospital is a laptop. That way {pupil} follows the "
        "lesson, asks a question and talks with classmates in a break.",
    ),
    "brief.2": (
        "Dat gebeurt op afgesproken tijden. {pupil} ziet en hoort dan wat een leerling in de "
        "bank ook ziet en hoort. De klas ziet {pupil} op het scherm. Op het scherm staat altijd "
        "of er iemand meekijkt, en de docent kan een gordijn dichtdoen.",
        "This happens at agreed times. {pupil} then sees and hears what a pupil at a desk sees and "
        "hears too. The class sees {pupil} on the screen. The screen always says whether somebody "
        "is watching, and the teacher can close a curtain.",
    ),
    "brief.3": (
        "Er wordt niets opgenomen en niets bewaard, op school niet, thuis niet en onderweg niet. "
        "De verbinding is van begin tot eind versleuteld en loopt tussen deze ene set en deze "
        "ene laptop; niemand anders kan meekijken. We vragen de familie om ook zelf geen foto of "
        "film van het scherm te maken.",
        "Nothing is recorded and nothing is kept: not at school, not at home and not on the way. "
        "The connection is encrypted from end to end, between this one set and this one laptop; "
        "nobody else can watch. We ask the family to take no photo or film of the screen either.",
    ),
    "brief.4": (
        "Heeft u vragen, of wilt u liever niet dat uw kind in beeld is? Neem dan contact op met "
        "{guide} van onze school. We zoeken samen een plek in het lokaal die past. Vanuit het "
        "netwerk voor zieke leerlingen begeleidt {consultant} deze plaatsing.",
        "Do you have questions, or would you rather not have your child in view? Then contact "
        "{guide} of our school. Together we find a place in the classroom that suits. From the "
        "network for ill pupils {consultant} guides this placement.",
    ),
    "brief.5": (
        "Voor {pupil} betekent dit veel: erbij horen, ook van ver. We hopen dat de klas er net "
        "zoveel aan heeft.",
        "To {pupil} this means a lot: to belong, also from afar. We hope that the class gains as "
        "much by it.",
    ),
    "brief.regards": ("Met vriendelijke groet,", "Kind regards,"),
    "brief.head": ("namens de school", "on behalf of the school"),
    "brief.reach": ("Bereikbaar via", "Reach us at"),
    # loan
    "loan.parties": ("Wie", "Who"),
    "loan.lender": ("Uitlener", "Lender"),
    "loan.borrower": ("Lener: de school", "Borrower: the school"),
    "loan.for": ("Voor de leerling", "For the pupil"),
    "loan.what": ("Wat", "What"),
    "loan.item.set": (
        "Klasgenoot: wagen met scherm, camera, luidspreker en vraaglamp",
        "Klasgenoot: trolley with screen, camera, loudspeaker and question light",
    ),
    "loan.item.mic": ("Microfoon voor de docent, met oplader", "Teacher’s microphone, charger"),
    "loan.item.laptop": ("Laptop met voeding", "Laptop with power supply"),
    "loan.item.headset": ("Headset (blijft bij de leerling)", "Headset (stays with the pupil)"),
    "loan.count": ("Aantal", "Count"),
    "loan.number": ("Nummer", "Number"),
    "loan.terms": ("Afspraken", "Terms"),
    "loan.1": (
        "De school leent deze spullen zonder kosten, zolang de plaatsing duurt, en alleen voor "
        "deze leerling.",
        "The school borrows these things free of charge, while the placement lasts, and for this "
        "pupil only.",
    ),
    "loan.2": (
        "De set wordt verplaatst en aangezet door docenten of leerlingen die uitleg hebben "
        "gehad. Na schooltijd staat hij achter slot.",
        "The set is moved and switched on by teachers or pupils who were shown how. After school "
        "it stands behind a lock.",
    ),
    "loan.3": (
        "Er wordt niets aan de set veranderd of op gezet. De school zorgt voor stroom en netwerk "
        "in de lokalen van het rooster.",
        "Nothing on the set is changed or installed. The school provides power and network in the "
        "rooms of the timetable.",
    ),
    "loan.4": (
        "Schade, verlies en diefstal worden nog dezelfde dag gemeld bij de helpdesk. De set is "
        "verzekerd; bij diefstal doet de school aangifte.",
        "Damage, loss and theft are told to the helpdesk on the same day. The set is insured; in "
        "case of theft the school reports it to the police.",
    ),
    "loan.5": (
        "Niemand neemt beeld of geluid op van wat via de set te zien en te horen is.",
        "Nobody records picture or sound of what is seen and heard through the set.",
    ),
    "loan.6": (
        "Aan het einde levert de familie de laptop in op school. De school zet alles compleet "
        "klaar om op te halen.",
        "At the end the family hands in the laptop at school. The school has everything ready to "
        "be collected.",
    ),
    "loan.from": ("In bruikleen vanaf", "On loan from"),
    "loan.school_signs": ("Voor de school", "For the school"),
    "loan.lender_signs": ("Voor de uitlener", "For the lender"),
    # phone list
    "phones.first": ("Werkt het niet?", "Does it not work?"),
    "phones.1": (
        "Zet de set uit en weer aan. Wacht tot het scherm groen is.",
        "Switch the set off and on. Wait until the screen is green.",
    ),
    "phones.2": ("Kijk wat het scherm zegt en doe dat.", "See what the screen says and do that."),
    "phones.3": ("Bel iemand van school die kan helpen.", "Call somebody at school who can help."),
    "phones.4": (
        "Bel de helpdesk. Zeg het nummer van de set.",
        "Call the helpdesk. Say the number of the set.",
    ),
    "phones.helpdesk": ("Helpdesk", "Helpdesk"),
    "phones.lock": (
        "Dit blad heeft telefoonnummers. Na schooltijd gaat het met de set achter slot.",
        "This sheet has telephone numbers. After school it goes behind the lock with the set.",
    ),
    "phones.title": ("Wie bel je", "Whom to call"),
    "phones.phone": ("Telefoon", "Telephone"),
    "phones.week": ("Rooster", "Timetable"),
    # action plan
    "plan.who": ("Wie doet mee", "Who takes part"),
    "plan.goals": ("Doelen en wat we ervan verwachten", "Goals and what we expect of them"),
    "plan.goal": ("Doel", "Goal"),
    "plan.result": ("Waaraan zien we dat het gelukt is", "How we see that it worked"),
    "plan.until": ("Wanneer klaar", "By when"),
    "plan.week": ("Lessen en contactmomenten", "Lessons and moments of contact"),
    "plan.fault": ("Als de techniek niet werkt", "When it does not work"),
    "plan.fault.1": (
        "In de klas: buddy’s zetten de set uit en weer aan. Helpt dat niet, dan gaat de les door "
        "en belt {guide} of de school-ICT’er na de les de helpdesk.",
        "In class: buddies switch the set off and on. If that does not help, the lesson goes on "
        "and {guide} or school ICT calls the helpdesk after it.",
    ),
    "plan.fault.2": (
        "Thuis: doen wat de pagina zegt, daarna de laptop opnieuw starten, daarna de helpdesk "
        "bellen. Laat school weten of de les nog lukt.",
        "At home: do what the page says, then restart the laptop, then call the helpdesk. Tell "
        "school whether the lesson can still work.",
    ),
    "plan.buddies": ("Buddy’s", "Buddies"),
    "plan.buddies.1": (
        "Zij halen de set vijf minuten voor de les, zetten hem aan, kijken of alles groen is en "
        "brengen hem na de laatste les terug achter slot. De microfoon gaat aan de lader.",
        "They fetch the set five minutes before the lesson, switch it on, see that all is green "
        "and bring it back behind the lock after the last lesson. The microphone is charged.",
    ),
    "plan.absence": ("Afwezig of ziek", "Absent or ill"),
    "plan.absence.1": (
        "De leerling of een ouder meldt af in het rooster, liefst voor acht uur. De docent of "
        "begeleider zet een vervallen of verplaatste les in het rooster. Beide schermen laten het "
        "meteen zien.",
        "The pupil or a parent signs off in the timetable, best before eight. The teacher or "
        "supervisor puts a cancelled or moved lesson into the timetable. Both screens show it at "
        "once.",
    ),
    "plan.privacy": ("Beeld en geluid", "Picture and sound"),
    "plan.privacy.1": (
        "Niemand neemt op. Wie even niet in beeld wil, zegt het: de leerling kan de camera "
        "uitzetten, de docent het gordijn dichtdoen.",
        "Nobody records. Who does not want to be seen for a while says so: the pupil can switch "
        "the camera off, the teacher can close the curtain.",
    ),
    "plan.evaluation": ("Evaluatie", "Evaluation"),
    "plan.evaluation.1": (
        "Na twee weken, en daarna elke zes weken, kijken we samen terug en stellen we dit plan "
        "bij. Data:",
        "After two weeks, and then every six weeks, we look back together and adjust this plan. "
        "Dates:",
    ),
    "plan.actions": ("Afgesproken acties", "Agreed actions"),
    "plan.action": ("Wat", "What"),
    "plan.action_who": ("Wie", "Who"),
    "plan.action_due": ("Wanneer", "When"),
    "plan.agreed": ("Besproken en akkoord", "Discussed and agreed"),
    # report
    "report.day": ("Dag van plaatsing", "Day of placement"),
    "report.monteur": ("Monteur", "Technician"),
    "report.delivered": ("Geleverd op school", "Delivered at school"),
    "report.loan": ("Bruikleen getekend", "Loan agreement signed"),
    "report.network": ("Netwerk getest en goed", "Network tested and good"),
    "report.contact": ("Eerste contact met de klas", "First contact with the class"),
    "report.done": ("Gedaan", "Done"),
    "report.still": ("Nog te doen", "Still to do"),
    "report.check": ("Samen nagelopen, met de leerling aan de lijn", "Checked, the pupil on line"),
    "report.check.1": (
        "De leerling ziet de klas en hoort docent en klasgenoten",
        "Pupil hears all",
    ),
    "report.check.2": ("Het bord is te lezen", "The board can be read"),
    "report.check.3": ("De camera draait en zoomt van thuis uit", "The camera turns from home"),
    "report.check.4": ("Een vraag is gezien en beantwoord", "A question was seen and answered"),
    "report.check.5": ("De klas ziet en hoort de leerling", "The class sees and hears the pupil"),
    "report.check.6": (
        "Buddy’s en docent hebben zelf aangezet, verplaatst en uitgezet",
        "Buddies and teacher switched on, moved and switched off themselves",
    ),
    "report.remarks": ("Opmerkingen", "Remarks"),
    "report.not_told": (
        "Dit verslag heeft geen beeld, geen geluid en niets over de ziekte.",
        "This report has no picture, no sound and nothing about the illness.",
    ),
}
