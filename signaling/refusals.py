"""Every Problem that the server sends, in one table. Pure.

Three kinds of failure are kept apart:

* a *protocol fault* closes the socket of the one who made it (`close` has a code);
* a *user fault* is told and nothing else happens (`close` is None);
* an *internal fault* is logged here and never leaks: the device only learns `internal`.

WebSocket close codes 4000-4999 are for private use (RFC 6455 7.4.2). Besides these, the WebSocket
library itself closes with 1002 (malformed frame), 1007 (not UTF-8) or 1009 (beyond 128 KiB, so
refused unread), and the server with 1012 when it is stopping: come back at once.
"""

import msgspec


class Refusal(msgspec.Struct, frozen=True):
    """`final`: the same login is refused again; do not come back by yourself before 30 s."""

    close: int | None
    meaning: str
    final: bool = False


REFUSALS: dict[str, Refusal] = {
    # before the login
    "silence": Refusal(4000, "no login within 2 s of connecting"),
    "login_first": Refusal(4001, "the first message has to be a login"),
    "wrong_version": Refusal(4002, "another version of the protocol; update one side", final=True),
    "bad_login": Refusal(4003, "the login is not signed by the key that it names", final=True),
    "unknown_key": Refusal(4004, "this device is in no pair, or was revoked", final=True),
    "too_many_sockets": Refusal(4005, "this device is logging in already"),
    # at any time
    "not_json": Refusal(4010, "a message that is no JSON text"),
    "unknown_type": Refusal(4011, "a message of a type that a device does not send"),
    "invalid": Refusal(4012, "a message with a missing or impossible field"),
    "too_large": Refusal(4013, "a message above 64 KiB"),
    "flood": Refusal(4014, "more than 20 messages a second"),
    "slow_reader": Refusal(4015, "64 messages were left unread"),
    # the login is over
    "taken_over": Refusal(4020, "a newer login of this device took over", final=True),
    "revoked": Refusal(4021, "this pair was revoked, or un-paired by a device", final=True),
    # pairing
    "code_wrong": Refusal(4040, "no unit shows such a pairing code", final=True),
    "code_used": Refusal(4041, "another laptop was first with this pairing code", final=True),
    "code_burnt": Refusal(4042, "five wrong tries have burnt this pairing code", final=True),
    "code_expired": Refusal(4043, "this pairing code is older than 15 minutes", final=True),
    "stopped": Refusal(4044, "the other device stopped pairing, or is gone", final=True),
    "unverified": Refusal(4045, "a consent that the device did not sign", final=True),
    "too_many_pairings": Refusal(4046, "as many units show a code as the server holds"),
    "unknown_unit": Refusal(4048, "this unit is not on the server's list", final=True),
    "out_of_turn": Refusal(4047, "this message is not allowed at this step of a pairing"),
    # ours, not the device's
    "unavailable": Refusal(4030, "the server cannot reach its database; try again"),
    "internal": Refusal(4031, "a fault of the server; it is in its log"),
    # told only
    "wrong_order": Refusal(None, "this message is not allowed now (session.TABLE)"),
    "peer_offline": Refusal(None, "the other device is not logged in"),
    "timed_out": Refusal(None, "the other device took too long; join again"),
    "interrupted": Refusal(None, "the other device came or went during the handshake; join again"),
}

STOPPING = 1012
"""Service Restart (IANA WebSocket close code registry): every device comes back by itself."""
NORMAL = 1000
PROTOCOL_FAULT = 1002


class RefusedError(Exception):
    """A protocol fault of the device at the other end; `code` is in REFUSALS."""

    def __init__(self, code: str) -> None:
        super().__init__(REFUSALS[code].meaning)
        self.code = code
