"""What `./dev` hands over to. Runs on a bare Python: nothing here imports a package."""
