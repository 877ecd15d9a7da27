"""Passkeys (WebAuthn level 2): what is asked of the browser, and whether its answer holds.

The library is loaded at the first passkey: the server starts without it.
"""

import secrets
from collections import OrderedDict
from typing import Any

from dossier.accounts import AccountError, KnownPasskey, NewPasskey
from signaling.identity import to_text

_LASTS_S = 300.0
_MOST = 8192
_TIMEOUT_MS = 120_000


class Challenges:
    """What was asked of whom: each counts once, for five minutes, for the browser that asked."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, tuple[bytes, str, float]] = OrderedDict()

    def new(self, browser: str, now: float, handle: str = "") -> bytes:
        challenge = secrets.token_bytes(32)
        self._open.pop(browser, None)
        self._open[browser] = (challenge, handle, now)
        while len(self._open) > _MOST:
            self._open.popitem(last=False)
        return challenge

    def take(self, browser: str, now: float) -> tuple[bytes, str]:
        """The challenge and handle. Raises AccountError: passkey_wrong."""
        challenge, handle, at = self._open.pop(browser, (b"", "", now))
        if not challenge or now - at > _LASTS_S:
            raise AccountError("passkey_wrong")
        return challenge, handle


def ask_new(rp_id: str, name: str, handle: str, challenge: bytes) -> str:
    """JSON for navigator.credentials.create."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    return options_to_json(
        generate_registration_options(
            rp_id=rp_id,
            rp_name="Klasgenoot",
            user_name=name,
            user_id=handle.encode(),
            challenge=challenge,
            timeout=_TIMEOUT_MS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
        )
    )


def check_new(answer: dict[str, Any], challenge: bytes, rp_id: str, origin: str) -> NewPasskey:
    """Raises AccountError: passkey_wrong."""
    from webauthn import verify_registration_response

    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            require_user_verification=True,
        )
    except Exception:  # its parsers of CBOR, COSE and ASN.1 raise whatever they like
        raise AccountError("passkey_wrong") from None
    return NewPasskey(
        credential_id=to_text(made.credential_id),
        public_key=to_text(made.credential_public_key),
        sign_count=made.sign_count,
    )


def ask_known(rp_id: str, challenge: bytes) -> str:
    """JSON for navigator.credentials.get: any passkey of this site will do, so none is named."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    return options_to_json(
        generate_authentication_options(
            rp_id=rp_id,
            challenge=challenge,
            timeout=_TIMEOUT_MS,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def check_known(
    answer: dict[str, Any], known: KnownPasskey, challenge: bytes, rp_id: str, origin: str
) -> int:
    """The new count of signatures. Raises AccountError: passkey_wrong."""
    from webauthn import verify_authentication_response
    from webauthn.helpers import base64url_to_bytes

    try:
        done = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            credential_public_key=base64url_to_bytes(known.public_key),
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except Exception:  # as above
        raise AccountError("passkey_wrong") from None
    return done.new_sign_count
