"""Limits on untrusted input: no file, query or request may cost time or memory without bound.

What is beyond a limit is skipped with the reason, refused, or cut, as GUARANTEES.md says. Limits of
one step of an algorithm are in the module that has the step. Lengths are in characters.
"""

from typing import Final

# A Markdown page
PAGE_BYTES: Final = 4 << 20
PAGE_LINES: Final = 50_000
TITLE_LENGTH: Final = 5_000
LINKS: Final = 1_000  # of a text, that can be searched
LINK_LENGTH: Final = 2_000
RELATED_SECTIONS: Final = 20  # each but the first costs a pass over the page
FRONT_MATTER_BYTES: Final = 64 << 10
FRONT_MATTER_LINES: Final = 2_000

# Files of records
ID_LENGTH: Final = 4_096
LINE_BYTES: Final = 4 << 20  # of JSON Lines, and of a row of CSV
SPREAD_JSON_BYTES: Final = 64 << 20  # of one JSON value printed over several lines
UNPACKED_RATIO: Final = 200  # of a gzip file: JSON packs some 5 to 20 times, far more is an attack
WHOLE_FILE_BYTES: Final = 64 << 20  # of a file that is read as a whole
TEXT_FILE_BYTES: Final = 4 << 20  # of a file that is one event
YAML_BYTES: Final = 4 << 20  # YAML takes some 50 times as long as JSON
TOML_LENGTH: Final = 4 << 20  # tables take some two hundred times as many bytes
MESSAGE_BYTES: Final = 4 << 20  # of a message in a mailbox
ROWS: Final = 5_000_000  # of SQLite or Parquet
SQLITE_VALUE_BYTES: Final = 4 << 20

# Files of settings and decisions
SETTINGS_BYTES: Final = 1 << 20  # also of the settings of a site generator
DECISIONS_BYTES: Final = 4 << 20
LABELS_BYTES: Final = 1 << 30

# A query
QUERY_LENGTH: Final = 2_000
QUERY_CLAUSES: Final = 64  # words, phrases and dates
FUZZY_WORDS: Final = 16  # of the clauses, words with ~
FUZZY_EDITS: Final = 2  # letters by which a fuzzy word differs
NESTED_BRACKETS: Final = 16
PHRASE_SLOP: Final = 50  # words between the words of a phrase
PHRASE_TOKENS: Final = 64
# Positions that the phrases of a query compare, some 25 ns each; then words may be anywhere.
PHRASE_POSITIONS: Final = 2_000_000

# A request to the server
ITEMS_OF_AN_ANSWER: Final = 100
LAST_RESULT: Final = 1_000  # how far pages go: results before them are compared, to fold reports
TEXT_LENGTH: Final = 20_000
URL_BYTES: Final = 32_768
EDIT_BYTES: Final = 16_384  # of a request that edits
