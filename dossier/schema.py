"""All tables of this room together, and making them."""

from pathlib import Path

import dossier.forms.tables
import dossier.placement.tables
import dossier.rondom.tables
import dossier.rooster.tables
from dossier.tables import metadata
from signaling.migrate import History
from signaling.store import Store

__all__ = ["HISTORY", "metadata", "prepare"]
_ = (
    dossier.forms.tables,
    dossier.placement.tables,
    dossier.rondom.tables,
    dossier.rooster.tables,
)

HISTORY = History(Path(__file__).parent / "migrations", "dossier_version", metadata)


async def prepare(store: Store) -> None:
    """Make what is not there yet, and migrate what is older. Raises StoreError."""
    await store.bring_up(HISTORY)
