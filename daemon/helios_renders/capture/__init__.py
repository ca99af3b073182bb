"""A page at time t to one frame: browser, page session and surfaces."""
