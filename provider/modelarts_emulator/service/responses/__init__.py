"""One module per noun: from a routed request to the document of the answer."""
