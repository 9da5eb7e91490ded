"""Behaviour of the providers against the emulator, in one process."""
