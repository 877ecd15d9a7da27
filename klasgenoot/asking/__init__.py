"""The vraagknop: from the pupil to whoever notices."""
