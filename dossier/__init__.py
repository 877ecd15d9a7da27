"""Accounts and pages for people, on the server: the helpdesk now, the placement file later.

Of ours it imports the settings, and of signaling the store, the helpdesk's messages and pure parts.
Nothing of media: who logs in here can never see or hear a class (tests/test_house.py holds that).
"""
