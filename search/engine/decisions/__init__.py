"""The decisions of editors about Related lists, and how every list follows them.

- ``reading`` reads decisions: marks in pages, and ``related.toml``.
- ``rules`` looks up the events that they name: what must be in a list, and what must not.
- ``renames`` finds events whose pages were renamed since.
- ``ruled_lists`` applies the rules to lists, ``answers`` to answers of an index.
- ``hand_edits`` finds what an editor did to the list in a page. It compares the list with the last
  one that is known: ``last_lists``, stored as ``lists_record`` says.
- ``review`` shows decisions: which act on a pair, and which are stale.
"""
