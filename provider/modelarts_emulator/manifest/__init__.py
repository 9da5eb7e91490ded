"""The manifest: every behaviour of the service as a case in data; what runs, records and tells cases."""
