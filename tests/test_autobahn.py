"""Autobahn's cases of RFC 6455 against the server's own socket."""

from bench.autobahn import echoing, failed, is_too_large


async def test_no_case_fails_but_what_is_too_large() -> None:
    async with echoing() as url:
        cases, missed = await failed(url)
    assert cases > 300
    assert [case.case_id for case in missed if not is_too_large(case)] == []
    assert {case.case_id[:2] for case in missed} == {"9."}
