"""The surfaces' names."""

SCREENSHOT, ELEMENT, CANVAS, BEGIN_FRAME = "screenshot", "element", "canvas", "begin-frame"
