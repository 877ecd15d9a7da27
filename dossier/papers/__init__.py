"""The papers of a placement: filled in with what is known, lines to write on for the rest."""
