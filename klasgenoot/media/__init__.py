"""The camera leg's picture: from the newest frame to RTP packets."""
