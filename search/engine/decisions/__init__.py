"""What editors decided about Related lists, and how every list obeys.

- ``reading`` reads decisions: marks in pages, and ``related.toml``.
- ``rules`` looks up the events that they name: what must be in a list, and what must not.
- ``renames`` finds events whose pages were renamed since.
- ``ruled_lists`` applies the rules to lists, ``answers`` to answers of an index.
- ``hand_edits`` tells what an editor did to the list in a page; ``last_lists`` is the record of the
  lists as they were written, which it compares with.
- ``review`` shows decisions: which act on a pair, and which are stale.
"""
