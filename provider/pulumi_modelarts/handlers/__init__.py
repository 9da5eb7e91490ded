"""What the engine calls: loaded in the dynamic host at the first call, never in a program that only declares."""
