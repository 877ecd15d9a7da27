"""Short-lived credentials for the relay (the TURN REST scheme that coturn calls use-auth-secret).

Pure; time is an argument.
user = "<expiry>:<pseudonym>", password = base64(HMAC-SHA1(secret, user)).
The pseudonym tells coturn which device it is, for the quota, and nobody who it is.
"""

import base64
import hashlib
import hmac

import msgspec

from signaling.messages import IceServer, Relays

_PSEUDONYM = 16


class RelayPolicy(msgspec.Struct, frozen=True):
    """Where the relay stands; `host` is a name or an address (IPv6 without brackets)."""

    host: str
    udp_port: int
    tls_port: int
    lifetime_s: int
    secret: str

    @property
    def renew_after_s(self) -> float:
        """Issue anew after this long: half of it is always left."""
        return self.lifetime_s / 2


def pseudonym(secret: str, device_key: str) -> str:
    """The same for a device every time, and not to be turned back into its key."""
    made = hmac.new(secret.encode(), b"klas/turn\0" + device_key.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode()[:_PSEUDONYM]


def credential(secret: str, user: str) -> str:
    """What coturn expects as the password of `user` (HMAC-SHA1 is the scheme's, not our choice)."""
    return base64.b64encode(
        hmac.new(secret.encode(), user.encode(), hashlib.sha1).digest()
    ).decode()


def issue(policy: RelayPolicy, device_key: str, now_s: float) -> Relays:
    """All ways to the relay for one device. `now_s` is wall-clock time, as coturn's (Unix, s)."""
    user = f"{int(now_s) + policy.lifetime_s}:{pseudonym(policy.secret, device_key)}"
    password = credential(policy.secret, user)
    host = f"[{policy.host}]" if ":" in policy.host else policy.host
    ways = (
        f"turn:{host}:{policy.udp_port}?transport=udp",
        f"turns:{host}:{policy.tls_port}?transport=tcp",
    )
    return Relays(
        servers=(
            IceServer(urls=f"stun:{host}:{policy.udp_port}"),
            *(IceServer(urls=url, username=user, credential=password) for url in ways),
        )
    )
