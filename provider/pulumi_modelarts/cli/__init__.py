"""Command line: `modelarts`. What is not asked for is not imported: neither Pulumi nor HTTP."""
