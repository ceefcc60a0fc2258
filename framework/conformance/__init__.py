"""FastAPI's own test suite on Dovetail: `python -m conformance`, from the folder `framework`."""
