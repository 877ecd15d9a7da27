"""News, messages in small groups, and whether one wants a mail about them."""

from aiohttp import web

from dossier.desk import Desk, Route
from dossier.fields import FieldError, line, ticked, words
from dossier.rondom.talk_store import FullError
from dossier.rondom.together import me, number_in, told
from dossier.visit import PageError, Visit, elsewhere

_MOST_IN_CHAT = 12


def routes(desk: Desk) -> tuple[Route, ...]:
    pages = TalkPages(desk)
    base = "/plaatsing/{placement}/samen"
    return (
        Route("GET", base, "news", pages.news),
        Route("POST", base, "news_write", pages.add_news),
        Route("POST", f"{base}/nieuws/{{news}}/weg", "news_write", pages.drop_news),
        Route("POST", f"{base}/mail", "people", pages.choose_mail),
        Route("GET", f"{base}/berichten", "messages", pages.chats),
        Route("POST", f"{base}/berichten", "messages", pages.begin),
        Route("GET", f"{base}/berichten/{{chat}}", "messages", pages.chat),
        Route("POST", f"{base}/berichten/{{chat}}", "messages", pages.say),
    )


class TalkPages:
    """Messages are for who is in the conversation and for nobody else."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._all = desk, desk.together
        self._talk = self._all.talk

    # --- news -----------------------------------------------------------------------------------

    async def news(self, visit: Visit) -> web.Response:
        return await self._news(visit)

    async def _news(
        self, visit: Visit, status: int = 200, error: str = "", done: str = ""
    ) -> web.Response:
        here, notices = visit.here, self._all.notices
        return self._desk.renderer.page(
            visit,
            "rondom/news",
            status=status,
            error=error,
            done=done,
            sections=self._all.sections(visit),
            news=await self._talk.news(here.id),
            mail_works=notices.mail_works and here.member_id is not None,
            mails=here.member_id is not None and await notices.wants_mail(here.member_id),
            push_works=notices.push_works,
            given=visit.form,
        )

    async def add_news(self, visit: Visit) -> web.Response:
        try:
            title = line(visit.form, "title", 80, 1)
            text = words(visit.form, "text", 4000, 1)
        except FieldError as error:
            return await self._news(visit, 400, told(visit, error))
        member_id, who = me(visit)
        try:
            await self._talk.add_news(visit.here.id, member_id, who, title, text)
        except FullError:
            return await self._news(visit, 400, visit.say("together.full"))
        await self._all.tell(visit, "news")
        raise elsewhere(f"/plaatsing/{visit.here.code}/samen")

    async def drop_news(self, visit: Visit) -> web.Response:
        if not await self._talk.drop_news(visit.here.id, number_in(visit, "news")):
            raise PageError(404)
        raise elsewhere(f"/plaatsing/{visit.here.code}/samen")

    async def choose_mail(self, visit: Visit) -> web.Response:
        member_id, _ = me(visit)
        await self._all.notices.choose_mail(visit.here.id, member_id, ticked(visit.form, "mail"))
        if not visit.may("news"):
            raise elsewhere(f"/plaatsing/{visit.here.code}/samen/berichten")
        return await self._news(visit, done=visit.say("together.mail_saved"))

    # --- messages -------------------------------------------------------------------------------

    async def chats(self, visit: Visit) -> web.Response:
        return await self._chats(visit)

    async def _chats(self, visit: Visit, status: int = 200, error: str = "") -> web.Response:
        member_id, _ = me(visit)
        people = await self._all.people(visit.here.id, "messages")
        return self._desk.renderer.page(
            visit,
            "rondom/chats",
            status=status,
            error=error,
            sections=self._all.sections(visit),
            chats=await self._talk.chats_of(visit.here.id, member_id),
            people=[one for one in people if one.account_id != visit.who.account_id],
            given=visit.form,
        )

    async def begin(self, visit: Visit) -> web.Response:
        member_id, who = me(visit)
        people = {one.id: one for one in await self._all.people(visit.here.id, "messages")}
        chosen = [number for number in people if ticked(visit.form, f"with_{number}")]
        try:
            title = line(visit.form, "title", 60, 1)
            text = words(visit.form, "text", 2000, 1)
            if not chosen or len(chosen) > _MOST_IN_CHAT:
                raise FieldError("choose", "with")
        except FieldError as error:
            return await self._chats(visit, 400, told(visit, error))
        try:
            chat_id = await self._talk.begin(visit.here.id, title, [member_id, *chosen])
            await self._talk.say(visit.here.id, chat_id, member_id, who, text)
        except FullError:
            return await self._chats(visit, 400, visit.say("together.full"))
        await self._all.tell(visit, "messages", chosen)
        raise elsewhere(f"/plaatsing/{visit.here.code}/samen/berichten/{chat_id}")

    async def chat(self, visit: Visit) -> web.Response:
        return await self._chat(visit)

    async def _chat(self, visit: Visit, status: int = 200, error: str = "") -> web.Response:
        chat_id, inside = await self._named(visit)
        member_id, _ = me(visit)
        title, lines = await self._talk.read(chat_id, member_id)
        everybody = await self._desk.members.all(visit.here.id)
        return self._desk.renderer.page(
            visit,
            "rondom/chat",
            status=status,
            error=error,
            sections=self._all.sections(visit),
            title=title,
            lines=lines,
            chat_id=chat_id,
            people=[one.name for one in everybody if one.id in inside],
        )

    async def say(self, visit: Visit) -> web.Response:
        chat_id, inside = await self._named(visit)
        member_id, who = me(visit)
        try:
            text = words(visit.form, "text", 2000, 1)
        except FieldError as error:
            return await self._chat(visit, 400, told(visit, error))
        try:
            await self._talk.say(visit.here.id, chat_id, member_id, who, text)
        except FullError:
            return await self._chat(visit, 400, visit.say("together.full"))
        await self._all.tell(visit, "messages", inside)
        raise elsewhere(f"/plaatsing/{visit.here.code}/samen/berichten/{chat_id}#nieuw")

    async def _named(self, visit: Visit) -> tuple[int, list[int]]:
        """The conversation of the path, for somebody who is in it. Raises PageError."""
        chat_id = number_in(visit, "chat")
        inside = await self._talk.members_of(visit.here.id, chat_id)
        if visit.here.member_id not in inside:
            raise PageError(404)
        return chat_id, inside
