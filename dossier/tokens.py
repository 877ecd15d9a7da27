"""Random tokens for people's links and sessions: 256 bits, and only their hash is kept. Pure."""

import hashlib
import hmac
import re
import secrets

from signaling.identity import to_text

_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}\Z")


def new_token() -> str:
    return to_text(secrets.token_bytes(32))


def is_token(text: str) -> bool:
    """Whether it could be one of ours; anything else does not reach the database."""
    return _SHAPE.match(text) is not None


def hashed(token: str) -> str:
    """What the database has of it. Plain SHA-256 will do: nobody guesses 256 bits."""
    return to_text(hashlib.sha256(token.encode()).digest())


def form_token(session_token: str) -> str:
    """Proof that a form came from a page of this session."""
    return to_text(hmac.digest(session_token.encode(), b"klasgenoot/form", "sha256"))


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
