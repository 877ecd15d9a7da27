"""Settings of every process in one schema, and what a machine is installed from."""
