"""The query language: characters to lexemes to a tree of clauses."""
