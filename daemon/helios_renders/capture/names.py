"""The surfaces' names."""

SCREENSHOT, ELEMENT, CANVAS, BEGIN_FRAME = "screenshot", "element", "canvas", "begin-frame"
NO_SURFACE = "none"
"""Stands for them where no pictures are wanted."""
