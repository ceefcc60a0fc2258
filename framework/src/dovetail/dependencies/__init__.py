"""Dependencies: what callables ask for, read from their signatures once."""
