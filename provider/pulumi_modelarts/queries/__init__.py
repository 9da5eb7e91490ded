"""What the service is asked for a program: each query reads it, never writes, and answers in plain values."""
