"""One module per noun: what exists, the rules between things, and how they are kept."""
