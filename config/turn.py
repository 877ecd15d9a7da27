"""The relay's configuration file: coturn that joins two of our devices and nothing else. Pure.

Both devices always have an allocation, so the relay never has to send to anything but its own
address: every other peer is refused, and nobody can reach a network behind the relay through it.
"""

import ipaddress
from pathlib import Path

from config.settings import SettingsError, Turn

MIN_SECRET = 32
"""Signs; `openssl rand -base64 48` makes 64."""
_SAFE_FIRST, _SAFE_LAST = "!", "~"

_FIXED = """\
# Who may ask: only with a credential that the server issued, for minutes.
use-auth-secret
no-dynamic-ip-list
no-dynamic-realms
no-auth-pings
stale-nonce=600
max-allocate-lifetime=600
max-allocate-timeout=10

# What nobody needs.
no-cli
no-dtls
no-tcp-relay
no-multicast-peers
no-rfc5780
no-stun-backward-compatibility
response-origin-only-with-rfc5780
no-software-attribute
no-tlsv1
no-tlsv1_1
cipher-list="ECDHE+AESGCM:ECDHE+CHACHA20"

# Every log line of coturn names an address: none is kept.
log-file=/dev/null
simple-log
no-stdout-log
pidfile=""

# To whom it sends: its own address. IPv6 is refused as a whole, with it the IPv4-mapped forms that
# coturn before 4.9 lets past a list of IPv4 ranges (CVE-2026-27624).
denied-peer-ip=0.0.0.0-255.255.255.255
denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
"""


def read_secret(turn: Turn) -> str:
    """The secret shared with coturn. Raises SettingsError without telling any of it."""
    try:
        secret = Path(turn.secret_file).read_text(encoding="ascii").strip()
    except (OSError, UnicodeError):
        raise SettingsError("setting turn.secret_file: not a readable file of plain text") from None
    if len(secret) < MIN_SECRET or not all(_SAFE_FIRST <= sign <= _SAFE_LAST for sign in secret):
        raise SettingsError(
            f"setting turn.secret_file: at least {MIN_SECRET} printable signs without spaces; "
            "`openssl rand -base64 48` makes them"
        )
    return secret


def turnserver_conf(turn: Turn, secret: str) -> str:
    """The text of turnserver.conf. Raises SettingsError, which names the key."""
    if not turn.host:
        raise SettingsError("setting turn.host: the name under which the devices find the relay")
    relay = _address("relay_ip", turn.relay_ip)
    listen = [_address("listen_ips", text) for text in turn.listen_ips.split(",") if text.strip()]
    if not turn.certificate_file or not turn.certificate_key_file:
        raise SettingsError(
            "setting turn.certificate_file and turn.certificate_key_file: the way over port "
            f"{turn.tls_port} is TLS"
        )
    lines = [
        "# Made by `klasgenoot-server turn-config`; change the settings, not this file. Mode 0600.",
        f"realm={_word('host', turn.host)}",
        f"static-auth-secret={secret}",
        *(f"listening-ip={address}" for address in listen or [relay]),
        f"relay-ip={relay}",
        f"allowed-peer-ip={relay}",
        # An allocation of either family of client stands in the same family, so any two can meet.
        f"allocation-default-address-family=ipv{relay.version}",
        f"listening-port={turn.udp_port}",
        f"tls-listening-port={turn.tls_port}",
        f"cert={_word('certificate_file', turn.certificate_file)}",
        f"pkey={_word('certificate_key_file', turn.certificate_key_file)}",
        f"user-quota={turn.user_quota}",
        f"total-quota={turn.total_quota}",
        f"max-bps={turn.allocation_kbps * 125}",
    ]
    if turn.external_ip:
        lines.append(f"external-ip={_address('external_ip', turn.external_ip)}/{relay}")
    if relay.is_loopback:  # a test on one machine: still nothing but this very address
        lines.append("allow-loopback-peers")
    return "\n".join(lines) + "\n\n" + _FIXED


def _address(key: str, text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        raise SettingsError(f"setting turn.{key}: {text!r} is not an IP address") from None
    if address.is_unspecified or address.is_multicast or getattr(address, "ipv4_mapped", None):
        raise SettingsError(f"setting turn.{key}: an address of this machine, not {address}")
    return address


def _word(key: str, text: str) -> str:
    """One word of the file: a space or newline would be another setting."""
    if not text.isprintable() or " " in text or "#" in text:
        raise SettingsError(f"setting turn.{key}: without spaces, # and newlines, please")
    return text
