"""The page in a real browser, which all modules of this package share."""
