"""Output for readers and programs: a site's lists, feeds, exports, a web page.

Each module loads its third-party packages on first use, so that queries from the shell stay fast.
"""
