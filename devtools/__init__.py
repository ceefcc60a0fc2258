"""What `./dev` hands over to. Runs on a bare Python: nothing here imports a package.

(The mail catcher does: it runs in the project's environment, as one of its processes.)
"""
