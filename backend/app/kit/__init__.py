"""Small building blocks without knowledge of any feature."""
