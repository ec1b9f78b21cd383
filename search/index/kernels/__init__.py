"""Compiled loops, the only modules that import numba; optional.

Answers are the same without them. Nothing is imported here: ``loader`` finds out whether numba
works, and who needs a loop imports its module only then.
"""
