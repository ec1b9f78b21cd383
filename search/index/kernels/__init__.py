"""Compiled loops, the only modules that import numba. Optional.

Without them everything gives the same answers. Nothing is imported here: ``loader`` knows whether they are there, ``lists`` loads them.
"""
