"""Counts for the operator, in a registry of their own. No keys, no addresses, no names."""

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest


class ServerMetrics:
    """What `/metrics` shows."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.sockets = Gauge(
            "klasgenoot_sockets", "Open WebSockets, logged in or not", registry=self._registry
        )
        self.devices = Gauge(
            "klasgenoot_devices", "Devices logged in", ["role"], registry=self._registry
        )
        self.logins = Counter(
            "klasgenoot_logins", "Logins by outcome", ["outcome"], registry=self._registry
        )
        self.relayed = Counter(
            "klasgenoot_relayed", "Messages relayed", ["type"], registry=self._registry
        )
        self.problems = Counter(
            "klasgenoot_problems", "Problems told to devices", ["code"], registry=self._registry
        )
        self.pairings = Counter(
            "klasgenoot_pairings",
            "Steps of pairings by outcome",
            ["outcome"],
            registry=self._registry,
        )
        self.takeovers = Counter(
            "klasgenoot_takeovers", "Logins that replaced another", registry=self._registry
        )
        self.takeover_alarms = Counter(
            "klasgenoot_takeover_alarms",
            "Takeovers above 3 a minute: a key was probably copied",
            registry=self._registry,
        )

    def render(self) -> bytes:
        """The Prometheus text format, 0.0.4."""
        return generate_latest(self._registry)
