"""Hypothesis without deadlines: a loaded machine says nothing about the code."""

from hypothesis import settings

settings.register_profile("helios", deadline=None, print_blob=True)
settings.load_profile("helios")
