"""Whoever asks for English gets no Dutch sentence: every page of the table, as every role."""

from html import escape

from dossier.roles import ROLES
from dossier.words import WORDS
from tests.helpdesk_tools import browser, pages
from tests.placement_tools import ALL_YES, case, enter
from tests.test_placement_forms import do

_LEAST = 9
"""Shorter words are the same in both, or names: `Helpdesk`, `docent`."""


def _dutch() -> dict[str, str]:
    """Words as they stand in a page -> their key, where English has others."""
    english = {words for _, words in WORDS.values()}
    found = {}
    for key, (dutch, other) in WORDS.items():
        if key.startswith("role."):  # names of roles are in names of people here
            continue
        if dutch != other and dutch not in english and len(dutch) >= _LEAST and "{" not in dutch:
            found[escape(dutch, quote=False).replace("'", "&#39;").replace('"', "&#34;")] = key
    return found


async def test_every_page_in_english() -> None:
    dutch = _dutch()
    assert len(dutch) > 500
    async with pages() as at, browser(at) as one, browser(at) as nobody:
        here = await case(at, "Anna")
        base = f"/plaatsing/{here.code}"
        seen: set[str] = set()
        await nobody.get("/inloggen?taal=nl")
        assert any(_has(nobody.text, words) for words in dutch)  # it is found where it is
        await enter(at, one, here.people["consulent"])
        await do(one, f"{base}/evaluatie/samen", f"{base}/evaluatie")
        await do(
            one, f"{base}/inventarisatie", f"{base}/inventarisatie/1", kind="social", goal="Talking"
        )
        for step in ("", "judge", "approve", "plan"):
            if step:
                role = "consulent" if step == "plan" else "projectbureau"
                await enter(at, one, here.people[role])
                given = {"judge": ALL_YES, "plan": _PLAN}.get(step, {})
                assert (await do(one, base, f"{base}/stap/{step}", **given)).status == 303, step
            for role in ROLES:
                await enter(at, one, here.people[role])
                for route in at.site.table:
                    path = route.path.replace("{placement}", here.code)
                    if route.method == "GET" and "{" not in path:
                        await one.get(f"{path}?taal=en")
                        if "text/html" in one.headers.get("Content-Type", ""):
                            assert 'lang="en"' in one.text
                            seen.add(route.path)
                            found = {key for words, key in dutch.items() if _has(one.text, words)}
                            assert not found, (role, path)
    assert len(seen) > 25


_PLAN = {"day": "2999-01-02", "delivery_day": "2999-01-01", "monteur": "Mo"}


def _has(text: str, words: str) -> bool:
    """As a whole: between tags, quotes or spaces."""
    at = text.find(words)
    return at >= 0 and not (text[at - 1].isalpha() or text[at + len(words)].isalpha())
