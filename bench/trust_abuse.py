"""A relay's abusers, as raw STUN packets: where may it be made to send, and by whom?

Each attempt is one way of abuse; it is refused when the relay says so, or says nothing. Whatever is
answered with success counts as abuse, also when nothing would come of it.
"""

import hashlib
import socket
import time
from collections.abc import Iterator
from contextlib import closing

import msgspec
from aioice import stun

from bench.lab_turn import SECRET
from config.settings import Turn
from signaling.relays import RelayPolicy, credential, issue

_ANSWER_S = 0.4
_UDP, _TCP = 0x11000000, 0x06000000
_KEY = "k" * 43  # a device's

FORBIDDEN_PEERS = (
    "127.0.0.2", "0.0.0.0", "10.0.0.1", "10.79.0.1", "100.64.0.1", "169.254.169.254",
    "172.16.0.1", "192.168.1.1", "192.0.2.1", "198.51.100.1", "224.0.0.251", "240.0.0.1",
    "255.255.255.255", "8.8.8.8",
    "::1", "::", "::ffff:127.0.0.1", "::ffff:127.0.0.2", "::ffff:10.0.0.1", "::ffff:0.0.0.0",
    "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1",
    "fc00::1", "fd79::1", "ff02::1", "2001:db8::1",
)  # fmt: skip


class Attempt(msgspec.Struct, frozen=True):
    """`code` is the STUN error (0: no answer); `refused` says whether it came to nothing."""

    kind: str
    refused: bool
    code: int


class Client:
    """One UDP client of the relay that knows STUN, and no manners."""

    def __init__(self, turn: Turn, username: str, password: str) -> None:
        self._to = (turn.relay_ip, turn.udp_port)
        family = socket.AF_INET6 if ":" in turn.relay_ip else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.settimeout(_ANSWER_S)
        self._username, self._password = username, password
        self._realm, self._nonce = "", b""

    def close(self) -> None:
        self._socket.close()

    def ask(self, method: stun.Method, **attributes: object) -> stun.Message | None:
        """The answer, after the relay's first 401 gave realm and nonce; None when there is none."""
        answer = None
        for _ in range(2):
            request = stun.Message(method, stun.Class.REQUEST)
            for name, value in attributes.items():
                request.attributes[name.replace("_", "-")] = value
            if self._realm:
                self._sign(request)
            self._socket.sendto(bytes(request), self._to)
            try:
                answer = stun.parse_message(self._socket.recv(2048))
            except (TimeoutError, ValueError):
                return None
            if code_of(answer) not in (401, 438) or self._realm:
                return answer
            self._realm = answer.attributes.get("REALM", "")
            self._nonce = answer.attributes.get("NONCE", b"")
        return answer

    def allocate(self, transport: int = _UDP) -> stun.Message | None:
        return self.ask(stun.Method.ALLOCATE, LIFETIME=60, REQUESTED_TRANSPORT=transport)

    def send(self, peer: str, port: int, data: bytes) -> None:
        """An indication: never answered, so somebody has to listen at `peer`."""
        message = stun.Message(stun.Method.SEND, stun.Class.INDICATION)
        message.attributes["XOR-PEER-ADDRESS"] = (peer, port)
        message.attributes["DATA"] = data
        self._socket.sendto(bytes(message), self._to)

    def _sign(self, request: stun.Message) -> None:
        request.attributes["USERNAME"] = self._username
        request.attributes["REALM"] = self._realm
        request.attributes["NONCE"] = self._nonce
        text = f"{self._username}:{self._realm}:{self._password}"
        request.add_message_integrity(hashlib.md5(text.encode()).digest())


def code_of(answer: stun.Message | None) -> int:
    """STUN error code; 0 without an answer, 200 for success."""
    if answer is None:
        return 0
    if answer.message_class == stun.Class.RESPONSE:
        return 200
    return int(answer.attributes.get("ERROR-CODE", (0, ""))[0])


def honest(turn: Turn, key: str = _KEY, now_s: float | None = None) -> tuple[str, str]:
    """User and password as the server issues them."""
    policy = RelayPolicy(turn.host, turn.udp_port, turn.tls_port, turn.lifetime_s, SECRET)
    server = issue(policy, key, time.time() if now_s is None else now_s).servers[1]
    return server.username, server.credential


def attack(turn: Turn) -> list[Attempt]:
    """All of it, against a running relay. Raises RuntimeError when honest use does not work."""
    with closing(Client(turn, *honest(turn))) as client:
        if code_of(client.allocate()) != 200:
            raise RuntimeError("an honest device gets no allocation: nothing can be told")
        own = client.ask(stun.Method.CREATE_PERMISSION, XOR_PEER_ADDRESS=(turn.relay_ip, 50_000))
        if code_of(own) != 200:
            raise RuntimeError("the relay's own address is refused: two devices could not meet")
        found = [*_peers(client, turn.relay_ip), *_indications(client, turn.relay_ip)]
    return [*found, *_credentials(turn), *_kinds(turn), *_quota(turn)]


def _peers(client: Client, own: str) -> Iterator[Attempt]:
    for peer in (peer for peer in FORBIDDEN_PEERS if peer != own):
        asked = client.ask(stun.Method.CREATE_PERMISSION, XOR_PEER_ADDRESS=(peer, 53))
        yield _judged(f"permission {peer}", asked)
        bound = client.ask(
            stun.Method.CHANNEL_BIND, CHANNEL_NUMBER=0x4000, XOR_PEER_ADDRESS=(peer, 53)
        )
        yield _judged(f"channel {peer}", bound)


def _indications(client: Client, own: str) -> Iterator[Attempt]:
    """Without a permission nothing may arrive, whatever form the address has."""
    for listen, forms in (("127.0.0.2", ("127.0.0.2", "::ffff:127.0.0.2")), ("::1", ("::1",))):
        family = socket.AF_INET6 if ":" in listen else socket.AF_INET
        for form in (form for form in forms if form != own):
            with socket.socket(family, socket.SOCK_DGRAM) as ear:
                ear.bind((listen, 0))
                ear.settimeout(_ANSWER_S)
                client.send(form, ear.getsockname()[1], b"through the relay")
                try:
                    arrived = bool(ear.recv(99))
                except TimeoutError:
                    arrived = False
            yield Attempt(f"indication {form}", not arrived, 0)


def _credentials(turn: Turn) -> Iterator[Attempt]:
    now = time.time()
    user, password = honest(turn)
    old_user, old_password = honest(turn, now_s=now - 2 * turn.lifetime_s)
    later = f"{int(now) + 10 * turn.lifetime_s}:{user.partition(':')[2]}"
    liars: dict[str, tuple[str, str]] = {
        "expired": (old_user, old_password),
        "expired, its time moved on": (later, old_password),
        "expired, other password": (old_user, password),
        "forged password": (user, "A" * 28),
        "empty password": (user, ""),
        "another secret": (user, credential("another secret of the same length, but wrong", user)),
        "lifetime prolonged": (later, password),
        "other pseudonym": (f"{user.partition(':')[0]}:AAAAAAAAAAAAAAAA", password),
        "no time": (user.partition(":")[2], credential(SECRET, user)),
        "empty user": ("", password),
        "the secret itself": (user, SECRET),
    }
    for kind, (name, word) in liars.items():
        with closing(Client(turn, name, word)) as client:
            yield _judged(f"credential: {kind}", client.allocate())
    with closing(Client(turn, user, password)) as client:
        request = stun.Message(stun.Method.ALLOCATE, stun.Class.REQUEST)
        request.attributes["REQUESTED-TRANSPORT"] = _UDP
        client._socket.sendto(bytes(request), client._to)
        yield _judged("credential: none", stun.parse_message(client._socket.recv(2048)))


def _kinds(turn: Turn) -> Iterator[Attempt]:
    with closing(Client(turn, *honest(turn, "t" * 43))) as client:
        yield _judged("TCP relay", client.allocate(_TCP))
    with closing(Client(turn, *honest(turn, "p" * 43))) as client:
        asked = client.ask(stun.Method.CREATE_PERMISSION, XOR_PEER_ADDRESS=(turn.relay_ip, 50_000))
        yield _judged("permission without allocation", asked)


def _quota(turn: Turn) -> Iterator[Attempt]:
    """A device of its own takes all that it may have; one more is too many."""
    clients = [Client(turn, *honest(turn, "q" * 43)) for _ in range(turn.user_quota + 1)]
    try:
        codes = [code_of(client.allocate()) for client in clients]
        if codes[:-1] != [200] * turn.user_quota:
            raise RuntimeError(f"the quota is smaller than the setting: {codes}")
        yield Attempt("quota", codes[-1] != 200, codes[-1])
        # Another time in the user name is the same device.
        with closing(Client(turn, *honest(turn, "q" * 43, time.time() - 60))) as client:
            yield _judged("quota, fresh credential", client.allocate())
    finally:
        for client in clients:
            client.close()


def _judged(kind: str, answer: stun.Message | None) -> Attempt:
    code = code_of(answer)
    return Attempt(kind, code != 200, code)
