"""The relay's configuration is safe, and a setting cannot smuggle another one in."""

from pathlib import Path

import msgspec
import pytest

from config.settings import SettingsError, Turn, parse
from config.turn import read_secret, turnserver_conf

SECRET = "s" * 40
TURN = Turn(
    host="turn.example.org",
    secret_file="x",
    relay_ip="192.0.2.7",
    certificate_file="/etc/relay/cert.pem",
    certificate_key_file="/etc/relay/key.pem",
)


def lines(**changes: object) -> list[str]:
    return turnserver_conf(msgspec.structs.replace(TURN, **changes), SECRET).splitlines()


def test_only_its_own_address_is_relayed_to() -> None:
    conf = lines()
    assert [line for line in conf if line.startswith("allowed-peer-ip")] == [
        "allowed-peer-ip=192.0.2.7"
    ]
    assert "denied-peer-ip=0.0.0.0-255.255.255.255" in conf
    assert "denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" in conf
    assert "allow-loopback-peers" not in conf
    assert "allow-loopback-peers" in lines(relay_ip="127.0.0.1")  # a test on one machine


def test_what_nobody_needs_is_off() -> None:
    conf = lines()
    for option in ("use-auth-secret", "no-cli", "no-tcp-relay", "no-multicast-peers", "no-tlsv1",
                   "no-tlsv1_1", "no-rfc5780", "no-stdout-log", "log-file=/dev/null"):  # fmt: skip
        assert option in conf
    for option in ("verbose", "no-auth", "lt-cred-mech", "web-admin", "server-relay"):
        assert option not in conf
    assert "user-quota=36" in conf
    assert "tls-listening-port=443" in conf


def test_behind_a_router_and_with_several_addresses() -> None:
    conf = lines(external_ip="198.51.100.1", listen_ips="192.0.2.7, 2001:db8::7")
    assert "external-ip=198.51.100.1/192.0.2.7" in conf
    assert "listening-ip=2001:db8::7" in conf
    assert "allocation-default-address-family=ipv4" in conf


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("host", ""),
        ("host", "a b"),
        ("host", "a\nno-auth"),
        ("relay_ip", ""),
        ("relay_ip", "0.0.0.0"),
        ("relay_ip", "224.0.0.1"),
        ("relay_ip", "::ffff:10.0.0.1"),
        ("relay_ip", "10.0.0.0/8"),
        ("relay_ip", "turn.example.org"),
        ("listen_ips", "192.0.2.7,x"),
        ("external_ip", "x"),
        ("certificate_file", ""),
        ("certificate_file", "/a\nno-auth"),
        ("certificate_key_file", "/a #b"),
    ],
)
def test_a_wrong_setting_is_named(key: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"turn.{key}"):
        lines(**{key: value})


@pytest.mark.parametrize("text", ["", "short", "s" * 31, "s" * 20 + " " + "s" * 20, "é" * 40])
def test_a_weak_secret_is_refused_and_not_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "secret"
    path.write_text(text)
    with pytest.raises(SettingsError, match="secret_file") as error:
        read_secret(Turn(host="h", secret_file=str(path)))
    assert not text or text not in str(error.value)


def test_a_relay_needs_a_secret() -> None:
    with pytest.raises(SettingsError, match=r"turn\.secret_file"):
        parse({"turn": {"host": "turn.example.org"}})
    with pytest.raises(SettingsError, match=r"turn\.secret_file"):
        read_secret(TURN)
