"""Many renders over time: states, queue and the manager that owns them."""
