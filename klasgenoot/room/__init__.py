"""The room the set stands in: its curtain, and the way to the next one."""
