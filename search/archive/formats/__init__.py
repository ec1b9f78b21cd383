"""Formats other than Markdown pages, JSON Lines and CSV: a file becomes records, each a mapping.

Each module reads one kind of format. ``registry`` finds the module by the name of a file.
"""
