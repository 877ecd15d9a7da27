"""What the pages say to each other about sound and mirror: rubbish does not come through."""

import pytest

from signaling import messages as m
from signaling.messages_sound import (
    BothWays,
    HeardInClass,
    KioskSound,
    Mirror,
    Reflection,
    RoomSound,
    Words,
)

FROM_PUPIL = m.Decoder(m.FromPupil | BothWays)
FROM_KIOSK = m.Decoder(m.FromKiosk | KioskSound)

GOOD = (
    Mirror(on=True),
    Reflection(width=640, height=360, fps=24.0, level_db=-31.5),
    Words(step="ask", words=("vis", "zon", "maan", "boek", "auto", "huis"), right=0),
    Words(step="declined", words=(), right=0),
)
RUBBISH = (
    '{"type":"mirror"}',
    '{"type":"mirror","on":"yes"}',
    '{"type":"reflection","width":-1,"height":1,"fps":1,"level_db":-3}',
    '{"type":"reflection","width":99999,"height":1,"fps":1,"level_db":-3}',
    '{"type":"reflection","width":1,"height":1,"fps":1e9,"level_db":-3}',
    '{"type":"reflection","width":1,"height":1,"fps":1,"level_db":3}',
    '{"type":"reflection","width":1,"height":1,"fps":1,"level_db":NaN}',
    '{"type":"words","step":"shout","words":[],"right":0}',
    '{"type":"words","step":"ask","words":["a","b","c","d","e","f","g"],"right":0}',
    '{"type":"words","step":"ask","words":["<img src=x>"],"right":0}',
    '{"type":"words","step":"ask","words":["' + 50 * "a" + '"],"right":0}',
    '{"type":"words","step":"result","words":[],"right":4}',
)


@pytest.mark.parametrize("message", GOOD)
def test_they_pass_both_doors(message: m.Message) -> None:
    assert FROM_PUPIL(m.encode(message)) == message
    assert FROM_KIOSK(m.encode(message)) == message


@pytest.mark.parametrize("raw", RUBBISH)
def test_rubbish_passes_neither(raw: str) -> None:
    for door in (FROM_PUPIL, FROM_KIOSK):
        with pytest.raises(m.MessageError):
            door(raw)


def test_only_known_notices_and_only_from_the_screen() -> None:
    good = RoomSound(notices=("howls", "groepswerk"))
    assert FROM_KIOSK(m.encode(good)) == good
    with pytest.raises(m.MessageError):
        FROM_PUPIL(m.encode(good))
    for notices in ('["server_away"]', '"howls"', "[1]", str(9 * ["howls"]).replace("'", '"')):
        with pytest.raises(m.MessageError):
            FROM_KIOSK('{"type":"room_sound","notices":' + notices + "}")


def test_only_the_screen_says_what_it_hears() -> None:
    good = HeardInClass(level_db=-35.5, plays=True)
    assert FROM_KIOSK(m.encode(good)) == good
    with pytest.raises(m.MessageError):
        FROM_PUPIL(m.encode(good))
    for rest in (
        '"level_db":1,"plays":true',
        '"level_db":-3,"plays":1',
        '"plays":true',
        '"level_db":NaN,"plays":true',
    ):
        with pytest.raises(m.MessageError):
            FROM_KIOSK('{"type":"heard_in_class",' + rest + "}")
