"""How much one device or stranger may ask of the server. Pure; time is an argument, in seconds.

The numbers are those of the best servers of this kind (OWASP ASVS 5.0 V4.4 and V17 ask for bounds).
"""

import functools
import ipaddress
from collections import Counter, OrderedDict, deque

import msgspec

FIRST_MESSAGE_S = 2.0
"""A device has its login ready; only a stranger sits and waits."""
MESSAGES_PER_S = 20.0
BURST = 40
"""A join trickles the candidates of all interfaces at once: at most about 30, and some more."""
SEND_QUEUE = 64
"""More than a burst; a device that leaves this many unread has stopped reading."""
SOCKETS_PER_DEVICE = 2
"""One that is logged in (or just being closed) and one that takes over."""
STRANGERS_PER_ADDRESS = 32
"""Sockets that have not logged in yet; a school's whole set of units behind one address fits."""
OPEN_PAIRINGS = 256
"""Units that show a code at the same time; each holds a socket for 15 minutes at most."""
OPEN_PAIRINGS_PER_ADDRESS = 16
"""A workshop full of sets; nobody else's code depends on what one address does."""
TAKEOVERS_PER_MINUTE = 3
"""More often, two machines fight over one key: it was copied."""


class TokenBucket:
    """`rate` a second on average, `burst` at once."""

    def __init__(self, now: float, rate: float = MESSAGES_PER_S, burst: int = BURST) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = float(burst)
        self._at = now

    def take(self, now: float) -> bool:
        """True when one more is allowed now."""
        filled = self._tokens + max(0.0, now - self._at) * self._rate
        self._tokens = min(float(self._burst), filled)
        self._at = max(now, self._at)
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True


class Strangers:
    """Counts the sockets that have not logged in yet, an address at a time."""

    def __init__(self, limit: int = STRANGERS_PER_ADDRESS) -> None:
        self._limit = limit
        self._count: Counter[str] = Counter()

    def enter(self, address: str) -> bool:
        """False when this address has too many already. Each True needs one `leave`."""
        network = network_of(address)
        if self._count[network] >= self._limit:
            return False
        self._count[network] += 1
        return True

    def leave(self, address: str) -> None:
        network = network_of(address)
        self._count[network] -= 1
        if self._count[network] <= 0:
            del self._count[network]


class LoginDelays(msgspec.Struct, frozen=True, kw_only=True):
    """How failed logins slow down."""

    free: int = 5
    first_s: float = 1.0
    cap_s: float = 30.0
    """Not longer, because each waiting stranger holds a socket."""
    forget_after_s: float = 900.0
    entries: int = 4096
    """A table of this size is below 1 MiB; the oldest goes first."""


class FailedLogins:
    """How long the refusal of a failed login is held back, by key and by remote address.

    Only failures wait. A valid login never does, or else anyone behind a school's address, or who
    knows a public key, could keep a unit out.
    """

    def __init__(self, delays: LoginDelays | None = None) -> None:
        self._delays = delays or LoginDelays()
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def failed(self, key: str, address: str, now: float) -> float:
        """Note a failure; gives the delay of its refusal in seconds."""
        names = (f"key {key}", f"net {network_of(address)}")
        most = max(self._note(name, now) for name in names)
        over = most - self._delays.free
        if over <= 0:
            return 0.0
        return min(self._delays.cap_s, self._delays.first_s * 2.0 ** min(over - 1, 32))

    def succeeded(self, key: str) -> None:
        """A valid login proves the key's owner; the address keeps its record."""
        self._failures.pop(f"key {key}", None)

    def __len__(self) -> int:
        return len(self._failures)

    def _note(self, name: str, now: float) -> int:
        count, at = self._failures.pop(name, (0, now))
        if now - at > self._delays.forget_after_s:
            count = 0
        self._failures[name] = (count + 1, now)
        if len(self._failures) > self._delays.entries:
            self._failures.popitem(last=False)
        return count + 1


class Takeovers:
    """Notices when the logins of one device replace each other too often."""

    def __init__(self, a_minute: int = TAKEOVERS_PER_MINUTE) -> None:
        self._times: deque[float] = deque(maxlen=a_minute + 1)

    def note(self, now: float) -> bool:
        """True (alarm) when there were too many in the last minute, this one included."""
        self._times.append(now)
        return len(self._times) == self._times.maxlen and now - self._times[0] < 60.0


@functools.lru_cache(maxsize=1024)  # who is refused is refused often
def network_of(address: str) -> str:
    """What counts as one remote: an IPv4 address, or the /64 that one IPv6 host can roam in."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
    return str(parsed)
