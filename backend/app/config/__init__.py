"""What the browser must know before anyone has logged in."""
