"""A site's own lists of its pages: days, front page, months, years and topics."""
