"""`modelarts doctor`: what is right and wrong between this machine and a project, seen by reads alone.

`run` runs it; `patient` is who is looked at; `examination` names the sections, each of which has a module that finds;
`report` is what is found, and `text` how it looks on a screen.
"""
