"""Sessions, tokens and who may do what."""
