"""Who may stand at the server's door without a login: how many, how fast, and for how long.

Pure; time is an argument, in seconds. A stranger is named by where it connects from (`peer`:
address, port, …). Two things are fair: a network has its share, and when the whole doorstep is
full, whoever comes from a network with few there takes the place of one from that with most.
"""

import functools
import ipaddress
from collections import Counter, OrderedDict
from collections.abc import Callable

import msgspec

from signaling.limits import TokenBucket, network_of

Peer = tuple[object, ...]

ASK_S = 10.0
"""From the first packet to a whole request, TLS handshake included; a device needs a tenth."""
SETTLED_S = 2.0
"""Whoever is here longer gives way to others of the same network, when that has no place left:
else 32 sockets that say nothing would keep a school's sets out."""
LOG_IN_S = 40.0
"""From the request to the login. A refusal is held back 30 s at most."""


class Share(msgspec.Struct, frozen=True):
    """`most` connections at the same time, `rate` new ones a second, `burst` at once."""

    most: int
    rate: float
    burst: int


NETWORK = Share(32, 4.0, 16)
"""An IPv4 address or IPv6 /64. A school's units all come back at once when the server does;
whoever is too much tries again."""
SITE = Share(128, 16.0, 64)
"""An IPv6 /48, as one customer has it: 65,536 times a /64."""
ALL = Share(1024, 200.0, 400)
"""Of files and of work: a TLS handshake is a millisecond. A thousand sets are back in 10 s."""


class _Stranger(msgspec.Struct):
    since: float
    until: float
    cut: Callable[[], None] | None = None


class Doorstep:
    """Each `enter` that gives True needs one `leave`, or more."""

    def __init__(
        self, entries: int = 4096, everybody: Share = ALL, network: Share = NETWORK
    ) -> None:
        self._entries, self._all, self._network = entries, everybody, network
        self._inside: dict[Peer, _Stranger] = {}
        self._count: Counter[str] = Counter()
        self._paces: OrderedDict[str, TokenBucket] = OrderedDict()
        self._pace_of_all: TokenBucket | None = None

    def enter(self, peer: Peer, now: float) -> bool:
        """False when this one is too much."""
        self.leave(peer)  # reset and back from the same port before its end was noticed
        names = _names(str(peer[0]))
        shares = (self._network, SITE)
        for name, share in zip(names, shares, strict=False):
            if not self._pace(name, share, now).take(now):
                return False
            if self._count[name] >= share.most and not self._give_way(name, now):
                return False
        self._pace_of_all = self._pace_of_all or TokenBucket(now, self._all.rate, self._all.burst)
        if not self._pace_of_all.take(now):
            return False
        if len(self._inside) >= self._all.most and not self._make_place(names[-1]):
            return False
        self._inside[peer] = _Stranger(now, now + ASK_S)
        self._count.update(names)
        return True

    def may_cut(self, peer: Peer, cut: Callable[[], None]) -> None:
        """How to end this one, should it be in the way or too late."""
        if stranger := self._inside.get(peer):
            stranger.cut = cut

    def asked(self, peer: Peer, now: float) -> None:
        """Its request is whole; now it may log in."""
        if stranger := self._inside.get(peer):
            stranger.until = now + LOG_IN_S

    def leave(self, peer: Peer) -> None:
        """It is gone, or no stranger any more; only the first time counts."""
        if self._inside.pop(peer, None) is None:
            return
        for name in _names(str(peer[0])):
            self._count[name] -= 1
            if not self._count[name]:
                del self._count[name]

    def sweep(self, now: float) -> None:
        """Cut whoever stood here too long."""
        for peer in [peer for peer, one in self._inside.items() if one.until <= now]:
            self._cut(peer)

    def __len__(self) -> int:
        return len(self._inside)

    def _give_way(self, name: str, now: float) -> bool:
        """Cut the oldest of this network if it had its time: a device needs less to log in."""
        peer, oldest = next(
            (peer, one) for peer, one in self._inside.items() if name in _names(str(peer[0]))
        )
        if now - oldest.since < SETTLED_S:
            return False
        self._cut(peer)
        return True

    def _make_place(self, newcomer: str) -> bool:
        """Cut the oldest of the network that has most, unless the newcomer's has as many."""
        widest = {peer: _names(str(peer[0]))[-1] for peer in self._inside}
        name, most = Counter(widest.values()).most_common(1)[0]
        if most <= self._count[newcomer] + 1:
            return False
        self._cut(next(peer for peer, of in widest.items() if of == name))
        return True

    def _cut(self, peer: Peer) -> None:
        cut = self._inside[peer].cut
        self.leave(peer)
        if cut is not None:
            cut()

    def _pace(self, name: str, share: Share, now: float) -> TokenBucket:
        pace = self._paces.pop(name, None) or TokenBucket(now, share.rate, share.burst)
        self._paces[name] = pace
        if len(self._paces) > self._entries:
            self._paces.popitem(last=False)
        return pace


@functools.lru_cache(maxsize=1024)  # who is refused is refused often
def _names(address: str) -> tuple[str, ...]:
    """The networks that it counts in, the widest last."""
    network = network_of(address)
    if ":" not in network:
        return (network,)
    prefix = int(ipaddress.ip_network(network).network_address)
    return network, str(ipaddress.ip_network((prefix >> 80 << 80, 48)))
