"""Plain WebSockets stay on this machine; elsewhere the certificate has to be right."""

import asyncio
import ssl
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from config import settings as config
from signaling import client
from signaling.addresses import local_addresses
from signaling.client import LinkError
from signaling.server_app import running as whole_server
from signaling.store import Store
from tests.client_tools import Owner
from tests.server_tools import Pair, serving, until


@pytest.mark.parametrize(
    "url",
    [
        "ws://example.org/ws",
        "ws://192.0.2.1:8780/ws",
        "ws://127.0.0.1.example.org/ws",
        "ws://localhost@example.org/ws",
        "http://127.0.0.1/ws",
        "127.0.0.1:8780",
        "",
        "ws://",
        "wss://[::1",
        "ws://127.0.0.1:port/ws",
    ],
)
def test_a_url_that_cannot_be_right(url: str) -> None:
    with pytest.raises(LinkError, match=r"link\.server_url"):
        Owner(url)


@pytest.mark.parametrize(
    "url",
    ["ws://127.0.0.1:8780/ws", "ws://[::1]:8780/ws", "ws://localhost/ws", "wss://example.org/ws"],
)
def test_a_url_that_can_be_right(url: str) -> None:
    Owner(url)


def test_the_machine_s_own_addresses() -> None:
    found = [ip_address(address) for address in local_addresses()]
    assert 1 <= len(found) <= 8
    assert not any(address.is_link_local and address.version == 6 for address in found)
    assert len({address.is_loopback for address in found}) == 1  # loopback only if alone


def test_a_ca_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("hello")
    for path in (tmp_path / "ca.pem", tmp_path / "none.pem"):
        with pytest.raises(LinkError, match=r"link\.ca_file"):
            Owner("wss://example.org/ws", ca_file=str(path))


def make_certificate(folder: Path, days_ahead: int = 0) -> tuple[str, str]:
    """A certificate of 127.0.0.1 that signs itself, and its key, as PEM files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC) + timedelta(days=days_ahead)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return str(folder / "cert.pem"), str(folder / "key.pem")


async def test_tls_with_the_right_and_without_the_right_authority(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    settings = config.Server(
        port=0,
        certificate_file=certificate,
        certificate_key_file=key,
        database_url=f"sqlite+aiosqlite:///{tmp_path}/server.db",
    )
    store = await Store.open(settings.database_url)
    pair = await Pair().add_to(store)
    await store.close()
    async with whole_server(settings) as port:
        url = f"wss://127.0.0.1:{port}/ws"
        async with Owner(url, pair.unit, ca_file=certificate).running() as unit:
            await unit.state("online")
        async with Owner(url, pair.unit).running() as stranger:
            await until(lambda: ("away", "bad_certificate") in stranger.states)
        context = ssl.create_default_context(cafile=certificate)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
        writer.close()
        assert reader is not None


@pytest.mark.parametrize("days_off", [0, 40])
async def test_a_clock_that_is_wrong_is_told_from_a_certificate_that_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days_off: int
) -> None:
    """The certificate is for 40 days ahead: the server's mistake, unless our clock is behind."""
    certificate, key = make_certificate(tmp_path, days_ahead=40)
    monkeypatch.setattr(
        client, "time", SimpleNamespace(time=lambda: time.time() - days_off * 86_400)
    )
    settings = config.Server(
        port=0,
        certificate_file=certificate,
        certificate_key_file=key,
        database_url=f"sqlite+aiosqlite:///{tmp_path}/server.db",
    )
    told, times = ("wrong_clock", 1) if days_off else ("bad_certificate", 4)
    async with whole_server(settings) as port:
        owner = Owner(f"wss://127.0.0.1:{port}/ws", ca_file=certificate)
        async with owner.running():
            await until(lambda: [code for _, code in owner.states].count(told) >= times)
    assert ("wrong_clock" in {code for _, code in owner.states}) is bool(days_off)


async def test_a_clock_that_is_off_keeps_nobody_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "time", SimpleNamespace(time=lambda: time.time() + 400))
    async with serving() as running:
        pair = await Pair().add_to(running.store)
        async with Owner(running.url, pair.unit).running() as unit:
            await unit.state("online")
            assert ("online", "clock_off") in unit.states
