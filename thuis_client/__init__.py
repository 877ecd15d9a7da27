"""The laptop at home or in hospital: key, loopback page, connection probe."""
