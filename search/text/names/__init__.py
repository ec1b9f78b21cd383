"""Names: recognising them in a text, and knowing which are the same."""
