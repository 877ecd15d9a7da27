"""Rubbish into every parser that reads what others wrote; `make fuzz` does it for hours."""
