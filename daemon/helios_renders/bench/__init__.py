"""Measuring renders: how fast, at what cost in which stage, and what the floor is."""
