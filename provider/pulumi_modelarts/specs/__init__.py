"""What a program may declare: typed fields with their rules beside them; no I/O, no Pulumi."""
