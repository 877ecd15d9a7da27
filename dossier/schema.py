"""All tables of this room together, and making them."""

import dossier.forms.tables
import dossier.placement.tables
import dossier.rondom.tables
import dossier.rooster.tables
from dossier.tables import metadata
from signaling.store import Store

__all__ = ["metadata", "prepare"]
_ = (
    dossier.forms.tables,
    dossier.placement.tables,
    dossier.rondom.tables,
    dossier.rooster.tables,
)


async def prepare(store: Store) -> None:
    """Make what is not there yet. Raises StoreError."""
    async with store.transaction() as connection:
        await connection.run_sync(metadata.create_all)
