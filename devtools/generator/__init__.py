"""Making projects from the template. In the repository only, not in the projects themselves."""
