"""A mail that says no more than that there is something new; read after logging in."""

import asyncio
import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path

import structlog

from config.settings import Mail

_log = structlog.get_logger("dossier.mail")

_ANSWER_S = 20.0
_WAITING = 500
_TRIES = 3
_AGAIN_S = 60.0

SUBJECT = "Er is iets nieuws / Something new"
_TEXT = """\
Er is iets nieuws in het dossier van de Klasgenoot. Log in om het te lezen:
{url}

Geen mail meer? Zet het daar uit, onder Samen.

---
There is something new in the Klasgenoot file. Log in to read it: {url}
No more mail? Switch it off there, under Together.
"""


class Mailer:
    """`run` has to run as a task. Without a server in the settings nothing is ever sent."""

    def __init__(self, settings: Mail, again_s: float = _AGAIN_S) -> None:
        self._settings, self._again_s = settings, again_s
        self._queue: asyncio.Queue[tuple[str, str]] = asyncio.Queue(_WAITING)

    @property
    def works(self) -> bool:
        return bool(self._settings.host)

    def send(self, addresses: Sequence[str], url: str) -> None:
        """Queued: a mail server that is away holds up no page."""
        if not self.works:
            return
        for address in addresses:
            if not self._queue.full():
                self._queue.put_nowait((address, url))

    async def run(self) -> None:
        """Until cancelled. What fails three times is let go: the page still says what is new."""
        while True:
            address, url = await self._queue.get()
            for number in range(_TRIES):
                try:
                    await asyncio.to_thread(self._deliver, address, url)
                    break
                except (OSError, smtplib.SMTPException, ValueError) as error:
                    # Neither address nor answer: the answer may have the address in it.
                    _log.warning("mail_not_sent", kind=type(error).__name__, tries=number + 1)
                    if isinstance(error, smtplib.SMTPRecipientsRefused):
                        break
                    await asyncio.sleep(self._again_s)
            self._queue.task_done()

    async def settled(self) -> None:
        """Wait until everything that was queued is sent or let go."""
        await self._queue.join()

    def _deliver(self, address: str, url: str) -> None:
        settings = self._settings
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = settings.sender, address, SUBJECT
        message["Date"] = formatdate(localtime=True)
        message["Message-ID"] = make_msgid(domain=settings.sender.rpartition("@")[2] or None)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(_TEXT.format(url=url))
        make = smtplib.SMTP_SSL if settings.security == "tls" else smtplib.SMTP
        with make(settings.host, settings.port, timeout=_ANSWER_S) as server:
            if settings.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.username:
                password = Path(settings.password_file).read_text(encoding="utf-8").strip()
                server.login(settings.username, password)
            server.send_message(message)
