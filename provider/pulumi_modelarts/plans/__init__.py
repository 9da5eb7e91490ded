"""What a declaration means against the live service: pure functions of typed values, no I/O."""
