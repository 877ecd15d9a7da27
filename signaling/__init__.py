"""Where two devices meet: messages, identity, session rules; server and client around them."""
