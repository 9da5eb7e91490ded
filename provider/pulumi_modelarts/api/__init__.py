"""The HTTP side: what the ModelArts service is asked, and what it answers.

Nothing here knows Pulumi. Import from the modules themselves (`api.client`, `api.errors`, `api.resource_pool`, …):
this package imports none of them, so that a program that needs the models alone loads no HTTP library.
"""
