"""The inverted index: which events have a term, and where. Nothing here ranks.

Files: for each field, and for its spellings (``title``, ``title_forms``), the sorted terms
(``title.txt``) and where each begins in the two files below (``title_starts.npy``, int64
[terms + 1, 2]); ``events.u4`` (the events of each term, uint32); ``positions.u4`` (their
positions, uint32); ``lengths.npy`` (the number of words of each title and summary);
``postings.json``.
"""
