"""Compiled loops, the only room of numba. Optional: without them everything answers the same.

Nothing is imported here: ``loader`` knows whether they are there, ``lists`` loads them.
"""
