"""The types of the pages are those of the schema."""

from pathlib import Path

import signaling
from signaling.jstypes import render


def test_the_committed_types_are_up_to_date() -> None:
    """If this fails: python -m signaling.jstypes > signaling/web/messages.d.ts"""
    committed = Path(signaling.__file__).parent / "web" / "messages.d.ts"
    assert committed.read_text(encoding="utf-8") == render()


def test_the_types_say_what_travels() -> None:
    text = render()
    assert 'export type Leg = "camera" | "talk";' in text
    assert (
        "export type FromHome = Hello | CameraOffer | TalkOffer | TalkAnswer | Candidate | Hang"
        " | Appear | Speak;" in text
    )
    assert '  type: "talk_wanted";\n  nonce: string;\n' in text
    assert "  ok: boolean | null;" in text
    assert "  checks: Check[];" in text
    assert "  ice_servers: IceServer[];" in text  # always sent, though it has a default
    assert "  showing?: boolean;" in text  # a page may leave it out
    assert '  result: "empty" | "failed" | "stored";' in text
    assert text.count("{") == text.count("}")
