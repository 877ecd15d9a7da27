"""The history of this room's tables, one file a step (signaling/migrate.py runs them)."""
