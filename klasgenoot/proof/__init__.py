"""`klasgenoot prove`: shows that this set keeps nothing."""
