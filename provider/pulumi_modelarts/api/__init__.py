"""The HTTP side: what the ModelArts service is asked, and what it answers.

Nothing here knows Pulumi. Import from the modules themselves (`api.client`, `api.errors`, `api.resource_pool`, …):
this package imports none of them, so that whoever wants the models alone does not load an HTTP library.
"""
