"""The template's application against the same two operations written the customary way."""
