"""`modelarts program`: the pools that a project has, as a program that changes nothing.

`account` is where they are read from, `declared` what can be said of a pool so that a run has nothing to do, `source`
how Python is written, and `text` the whole of what is printed.
"""
