"""Addresses of a site that are ours and not the composition's."""

BUILT_IN = "/__helios__/"
"""Where built-in pages live; a folder of this name in the composition is not served."""
STAGE = f"{BUILT_IN}stage.html"
"""The page that shows a composition in a frame and draws it."""
