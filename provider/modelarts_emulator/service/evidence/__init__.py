"""How it is known what the service does: sources, clients, what is not served; and the OpenAPI document."""
