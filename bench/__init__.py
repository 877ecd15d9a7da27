"""Measures the product beside its peers; nothing here is part of it."""
