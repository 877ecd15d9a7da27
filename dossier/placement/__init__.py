"""One placement, from request to return: its state, its people and what they write down."""
