"""Where a world is kept, and what time and chance are in it."""
