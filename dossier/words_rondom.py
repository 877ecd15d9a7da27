"""The words of what people share around the lessons: key -> (Dutch, English)."""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "tab.together": ("Samen", "Together"),
    "together.menu": ("Delen van Samen", "Parts of Together"),
    "together.news": ("Nieuws", "News"),
    "together.messages": ("Berichten", "Messages"),
    "together.meetings": ("Gesprekken", "Meetings"),
    "together.duties": ("Buddydienst", "Buddy duty"),
    "together.documents": ("Documenten", "Documents"),
    "together.album": ("Album", "Album"),
    "together.full": (
        "Er is hier geen plaats meer. Haal eerst iets weg.",
        "There is no room left here. First remove something.",
    ),
    "together.remove": ("Weg", "Remove"),
    "together.f.title": ("Waarover", "Subject"),
    "together.f.text": ("Tekst", "Text"),
    "together.f.with": ("Met wie", "With whom"),
    "together.f.places": ("Keuzes, elk op een regel", "Choices, each on a line"),
    "together.f.seats": ("Hoeveel mensen per keuze", "How many people a choice"),
    "together.f.file": ("Bestand", "File"),
    "together.f.name": ("Naam (mag leeg)", "Name (may be empty)"),
    # news
    "news.none": ("Er is nog geen nieuws.", "There is no news yet."),
    "news.who": (
        "Iedereen in deze plaatsing kan het lezen.",
        "Everybody in this placement can read it.",
    ),
    "news.add": ("Nieuws schrijven", "Write news"),
    "news.go": ("Plaatsen", "Post"),
    "news.by": ("{who}, {when}", "{who}, {when}"),
    "news.remove_label": ("Weg: {title}", "Remove: {title}"),
    "together.mail": ("Mail bij iets nieuws", "Mail about something new"),
    "together.mail_why": (
        "In de mail staat nooit wat er geschreven is, alleen dat er iets is. Hij gaat naar het "
        "adres dat je bij Mensen invult.",
        "The mail never has what was written, only that there is something. It goes to the "
        "address that you fill in at People.",
    ),
    "together.mail_on": ("Stuur mij mail", "Send me mail"),
    "together.mail_save": ("Bewaar", "Save"),
    "together.mail_saved": ("Je keuze is bewaard.", "Your choice was saved."),
    "push.where": (
        "Een melding op je telefoon of laptop: zet die aan bij je account.",
        "A notice on your phone or laptop: switch it on at your account.",
    ),
    # messages
    "chats.none": ("Je hebt nog geen berichten.", "You have no messages yet."),
    "chats.begin": ("Nieuw gesprek", "New conversation"),
    "chats.begin_why": (
        "Alleen wie je kiest, kan het lezen. Dit is in plaats van WhatsApp.",
        "Only whom you choose can read it. This is instead of WhatsApp.",
    ),
    "chats.nobody": (
        "Er is nog niemand anders met een account.",
        "Nobody else has an account yet.",
    ),
    "chats.go": ("Stuur", "Send"),
    "chats.new": ("nieuw", "new"),
    "chat.with": ("Met: {names}", "With: {names}"),
    "chat.back": ("Alle berichten", "All messages"),
    "chat.say": ("Je bericht", "Your message"),
    "chat.lines": ("Berichten in dit gesprek", "Messages in this conversation"),
    # lists
    "lists.none_meeting": ("Er is geen gesprek gepland.", "No meeting is planned."),
    "lists.none_duty": ("Er zijn nog geen diensten.", "There are no duties yet."),
    "lists.add_meeting": ("Gesprek plannen", "Plan a meeting"),
    "lists.add_duty": ("Lijst voor buddydienst", "List for buddy duty"),
    "lists.why_meeting": (
        "Zet op elke regel een tijd en plaats, bijvoorbeeld: di 1 december 15.30, lokaal 4. Elke "
        "tijd is voor één.",
        "Put a time and place on each line, for example: Tue 1 December 15:30, room 4. Each time "
        "is for one.",
    ),
    "lists.why_duty": (
        "Zet op elke regel een dienst, bijvoorbeeld: maandag, set halen en opstarten.",
        "Put a duty on each line, for example: Monday, fetch the set and switch on.",
    ),
    "lists.go": ("Maak de lijst", "Make the list"),
    "lists.take": ("Ik", "Me"),
    "lists.take_label": ("Ik: {label}", "Me: {label}"),
    "lists.leave": ("Toch niet", "Not me"),
    "lists.leave_label": ("Toch niet: {label}", "Not me: {label}"),
    "lists.full": ("vol", "full"),
    "lists.nobody": ("nog vrij", "free"),
    "lists.remove_label": ("Weg: lijst {title}", "Remove: list {title}"),
    "together.place_full": (
        "Iemand anders was net eerder. Kies een andere.",
        "Somebody else was just before you. Choose another.",
    ),
    # files
    "files.none_document": ("Er zijn nog geen documenten.", "There are no documents yet."),
    "files.none_album": ("Er zijn nog geen foto's.", "There are no photos yet."),
    "files.add_document": ("Document erbij", "Add a document"),
    "files.add_album": ("Foto erbij", "Add a photo"),
    "files.why_document": (
        "PDF of foto, hoogstens 4 MB. Bewaard achter slot, alleen voor wie hier mag kijken.",
        "PDF or photo, at most 4 MB. Kept sealed, only for who may look here.",
    ),
    "files.why_album": (
        "Foto, hoogstens 4 MB. Plaats en toestel worden eruit gehaald. Vraag wie erop staat eerst "
        "of het mag.",
        "Photo, at most 4 MB. Place and device are taken out. First ask who is in it.",
    ),
    "files.go": ("Zet erbij", "Add"),
    "files.get": ("Ophalen", "Get"),
    "files.get_label": ("Ophalen: {name}", "Get: {name}"),
    "files.remove_label": ("Weg: {name}", "Remove: {name}"),
    "files.size": ("{size} kB", "{size} kB"),
    "file_empty": ("Kies eerst een bestand.", "First choose a file."),
    "file_too_large": (
        "Dit bestand is te groot. Neem hoogstens 4 MB.",
        "This file is too large. Take at most 4 MB.",
    ),
    "file_kind": (
        "Dit soort bestand kan niet. Neem een PDF of een foto (JPEG, PNG of WebP).",
        "This kind of file cannot be. Take a PDF or a photo (JPEG, PNG or WebP).",
    ),
    "file_no_picture": ("In het album kan alleen een foto.", "Only a photo fits in the album."),
    "file_damaged": (
        "Dit bestand is beschadigd. Sla het opnieuw op en probeer het nog eens.",
        "This file is damaged. Save it anew and try again.",
    ),
    "file_active": (
        "Deze PDF kan iets uitvoeren of heeft bijlagen. Sla hem op als gewone PDF (afdrukken naar "
        "PDF).",
        "This PDF can run something or has attachments. Save it as a plain PDF (print to PDF).",
    ),
    "file_full": (
        "Er is geen plaats meer. Haal eerst iets weg.",
        "There is no room left. First remove something.",
    ),
    "file_seal": (
        "De server kan nu niets bewaren. Meld dit aan de beheerder (sleutelbestand).",
        "The server cannot keep anything now. Tell the administrator (key file).",
    ),
}
