"""Makes declarations true: reads the service, executes plans, waits, and reports; knows nothing of Pulumi."""
