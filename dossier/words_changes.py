"""Words of what changes around a placement: who leads it, who comes, and when it is erased."""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "plan.monteur_why": (
        "Heeft de monteur een account? Kies dan de naam: hij ziet deze plaatsing daarna ook.",
        "Does the technician have an account? Pick the name: they then see this placement too.",
    ),
    "hand_over": ("Overdragen aan een andere consulent", "Hand over to another consultant"),
    "hand_over.why": (
        "De ander leidt daarna deze plaatsing. Wie dat nu doet, ziet hem niet meer.",
        "The other then leads this placement. Whoever does so now no longer sees it.",
    ),
    "hand_over.to": ("Nieuwe consulent", "New consultant"),
    "hand_over.go": ("Overdragen", "Hand over"),
    "hand_over.nobody": (
        "Kies een consulent uit de lijst. Staat die er niet bij? Vraag de beheerder om hulp.",
        "Pick a consultant of the list. Not in it? Ask the administrator for help.",
    ),
    "event.handed_over": ("overgedragen aan", "handed over to"),
    "erase_sooner": ("Eerder wissen", "Erase earlier"),
    "erase_sooner.why": (
        "Als het gezin dat wil. Daarna is alles weg en komt het niet terug.",
        "Where the family wishes it. All is gone afterwards, and does not come back.",
    ),
    "erase_sooner.go": ("Dag veranderen", "Change the day"),
    "needs.erase_sooner": (
        "Kies een dag vanaf vandaag, eerder dan de wisdatum.",
        "Pick a day from today on, earlier than the erase date.",
    ),
    "event.erase_sooner": ("wisdatum vervroegd", "erase date brought forward"),
}
