"""What others read: the site's own lists, feeds, exports, a web page.

Each module loads its third parties when it is first used, so that questions from the shell stay
light.
"""
