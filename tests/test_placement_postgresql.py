"""The same pages on a real PostgreSQL: every page of every role, steps, forms and an erasure."""

import re
import time

from dossier.placement import avg
from dossier.roles import ROLES
from tests.helpdesk_tools import browser, pages
from tests.placement_tools import ALL_YES, case, enter
from tests.postgres_tools import new_database, postgres
from tests.test_placement_forms import do


def repeated(text: str) -> list[str]:
    """Names of elements that stand more than once in a page, and labels of nothing."""
    ids = re.findall(r'\sid="([^"]+)"', text)
    labels = re.findall(r'<label for="([^"]+)"', text)
    return [one for one in ids if ids.count(one) > 1] + [one for one in labels if one not in ids]


async def test_every_page_on_postgresql() -> None:
    with postgres() as server:
        url = await new_database(server, "pages")
        async with pages(url=url) as at, browser(at) as one:
            here = await case(at, "Anna")
            base = f"/plaatsing/{here.code}"
            await enter(at, one, here.people["projectbureau"])
            await do(one, base, f"{base}/stap/judge", **ALL_YES)
            await enter(at, one, here.people["regiehouder"])
            goal = {"kind": "social", "goal": "Pauze", "result": "2 keer"}
            assert (await do(one, base, f"{base}/inventarisatie/3", **goal)).status == 303
            assert (await do(one, base, f"{base}/evaluatie")).status == 303
            assert (await do(one, base, f"{base}/taken/who_informs", done="1")).status == 303
            gets = [r for r in at.site.table if r.method == "GET" and r.right is not None]
            for role in ROLES:
                await enter(at, one, here.people[role])
                for route in gets:
                    path = route.path.replace("{placement}", here.code)
                    for form in ("", "?formulier=3", "?fase=2"):
                        if "{" in path or (form and not path.endswith(("inventarisatie", "taken"))):
                            continue
                        await one.get(path + form)
                        assert one.status in (200, 303, 403, 404), (role, path, one.status)
                        if one.status == 200 and one.text.startswith("<!doctype"):
                            assert not repeated(one.text), (role, path)
            await enter(at, one, here.people["consulent"])
            await do(one, base, f"{base}/stap/withdraw", reason="hoeft niet")
            kept = at.site.desk.placements
            kept.clock = lambda: time.time() + 91 * 86_400.0
            assert await avg.erase_due(kept) == 1
            assert (await one.get(base)).status == 404
