"""Search engines: derived from the catalogue, rebuildable at any time."""
