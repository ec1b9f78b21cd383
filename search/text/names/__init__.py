"""Names: recognises them in a text, and finds which ones are aliases."""
