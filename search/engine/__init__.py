"""The public verbs: build an index, open it, regenerate an archive."""
