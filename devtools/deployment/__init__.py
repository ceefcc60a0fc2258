"""Deploying: images by digest, the new version beside the old one, and the way back."""
