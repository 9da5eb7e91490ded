"""The Pulumi side: what a program writes, and what the engine calls."""
