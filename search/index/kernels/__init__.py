"""Compiled loops, the only modules that import numba; optional.

Without them everything gives the same answers. Nothing is imported here: ``loader`` knows whether
numba works, ``lists`` loads the loops.
"""
