"""What the helpdesk may know and ask of the set: codes and numbers, never a picture."""
