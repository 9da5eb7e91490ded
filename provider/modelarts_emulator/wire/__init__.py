"""How a request comes in: over a socket or in process, by whom, to which operation, and what is kept of it."""
