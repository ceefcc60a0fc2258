"""A rehearsal of shipping: a deployment's images, files and commands, run for real and checked."""
