"""A machine made ready: `helios setup` installs what is missing, `helios doctor` checks what is there."""
