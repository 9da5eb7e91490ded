"""Worlds to start with, and how a world is described as plain data."""
