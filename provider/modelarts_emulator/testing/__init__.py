"""The emulator in tests: arranged, in front of the network, as a decorator."""
