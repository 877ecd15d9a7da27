"""The leg's encryption: only what also authenticates (AEAD), for the handshake and for the packets.

aiortc would take CBC suites, DTLS 1.0 and HMAC-SHA1 too. Private parts of aiortc 1.16 are used;
`seams.check` looks for them.
"""

from typing import Any

from aiortc import rtcdtlstransport
from aiortc.rtcdtlstransport import RTCCertificate, SRTPProtectionProfile

_SUITES = (
    b"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305"
)
_DTLS_1_2 = 0xFEFD

_plain_context = RTCCertificate._create_ssl_context


def install() -> None:
    """Once in a process, before its first leg. Raises RuntimeError without any such profile."""
    profiles = rtcdtlstransport.SRTP_PROFILES  # every transport has this same list
    profiles[:] = [one for one in profiles if b"AEAD" in one.openssl_profile]
    if not profiles:
        raise RuntimeError("libsrtp was built without AES-GCM: install the pinned pylibsrtp")
    RTCCertificate._create_ssl_context = _context  # type: ignore[method-assign]


def _context(self: RTCCertificate, srtp_profiles: list[SRTPProtectionProfile]) -> Any:
    context: Any = _plain_context(self, srtp_profiles)
    context.set_min_proto_version(_DTLS_1_2)
    context.set_cipher_list(_SUITES)
    return context
