"""The Markdown page format: reading a page, and replacing the list in its Related section."""
