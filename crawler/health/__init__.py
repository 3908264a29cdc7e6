"""How well a site can be read: what a visit observed, held against what the site showed before; pure, no I/O."""
