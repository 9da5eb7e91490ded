"""`modelarts program`: the networks and pools that a project has, as a program that changes nothing.

`account` is where they are read from; `declared`, `networks` and `fleets` what can be said of them so that a run has
nothing to do; `details` and `secretive` what nodes were made with, and what of it is a secret; `naming` what things are
called, `source` how Python is written, `configuration` what a stack has to be told, and `text` the whole of what is
printed.
"""
