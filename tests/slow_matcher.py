"""What a query matches, decided event by event and token by token: slow, and plain to read."""

import datetime
from collections.abc import Mapping, Sequence
from itertools import combinations

from search.fulltext.matching import PLAIN_FIELDS
from search.fulltext.query.tree import (
    And,
    Boolean,
    Clause,
    DateSpan,
    Everything,
    Field,
    Fuzzy,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
)
from search.index.fields import spelling
from search.model.event import Event
from search.text.addresses import may_be_address, shortened, urls_in
from search.text.edit_distance import edits_allowed, within_edits
from search.text.english import LONG_NAMES_OF
from search.text.terms import Kind, Terms, Token, address_tokens

# A field of an event is one text or several; no phrase reaches from one into another.
Texts = Sequence[tuple[str, Sequence[Token]]]


class SlowMatcher:
    def __init__(self, events: Sequence[Event], terms: Terms) -> None:
        self.terms = terms
        self.events = [
            (
                event.date,
                {
                    "title": [(event.title, terms.tokens(event.title))],
                    "summary": [(event.summary, terms.tokens(event.summary))],
                    "source": [(s, terms.tokens(s)) for s in event.sources],
                    "term": [(t, terms.tokens(t)) for t in event.terms],
                    "link": [
                        (link, address_tokens(link))
                        for link in (*event.links, *urls_in(event.text))
                    ],
                },
            )
            for event in events
        ]

    def matching(self, clause: Clause | None) -> list[int]:
        return [
            ordinal
            for ordinal, (date, fields) in enumerate(self.events)
            if clause and self.holds(clause, date, fields, PLAIN_FIELDS)
        ]

    def holds(
        self,
        clause: Clause,
        date: datetime.date | None,
        fields: Mapping[str, Texts],
        names: Sequence[str],
    ) -> bool | None:
        """None: the clause has no word in it and says nothing."""

        def told(clauses: Sequence[Clause]) -> list[bool]:
            answers = (self.holds(c, date, fields, names) for c in clauses)
            return [answer for answer in answers if answer is not None]

        match clause:
            case Field(name, inner):
                return self.holds(inner, date, fields, (name,))
            case Not(inner):
                answer = self.holds(inner, date, fields, names)
                return None if answer is None else not answer
            case And(clauses):
                return all(told(clauses)) if told(clauses) else None
            case Or(clauses):
                return any(told(clauses)) if told(clauses) else None
            case Boolean(must, should, must_not):
                query_terms = told([c for c in should if not self.is_stop(c)]) or told(should)
                only_dates = all(isinstance(clause, DateSpan) for clause in must)
                if told(must):
                    wanted = all(told(must))
                    if only_dates and query_terms:
                        wanted = wanted and any(query_terms)
                elif query_terms:
                    wanted = any(query_terms)
                elif told(must_not):
                    wanted = True
                else:
                    return None
                return wanted and not any(told(must_not))
            case DateSpan(first, last):
                low, high = first or datetime.date.min, last or datetime.date.max
                return date is not None and low <= date <= high
            case Everything() if tuple(names) == PLAIN_FIELDS:
                return True
            case Everything():
                return any(tokens for name in names for _, tokens in fields[name])
        texts = [text for name in names for text in fields[name]]
        tokens = self.terms.tokens(clause.text)
        if names == ("link",):
            tokens = address_tokens(clause.text)
        match clause:
            case Word(text) if names == ("link",):
                return self.linking(text, texts)
            case Word(text):
                return self.or_linked(self.word(text, texts), text, fields, names)
            case Phrase(text, slop):
                found = self.stand(tokens, slop, texts, exact=True)
                return self.or_linked(found, text, fields, names)
            case Prefix(text):
                if not tokens or tokens[-1].kind is Kind.UNSPACED:
                    return self.stand(tokens, 0, texts)
                start = spelling(tokens[-1])
                return any(
                    any(form.startswith(start) for form in self.written(text, token))
                    for text, found in texts
                    for token in found
                ) and all(self.stand([token], 0, texts) for token in tokens[:-1])
            case Fuzzy(text, edits):
                if not tokens:
                    return None
                return all(
                    self.stand([token], 0, texts) or self.alike(text, token, edits, texts)
                    for token in tokens
                )
        raise AssertionError(clause)

    def is_stop(self, clause: Clause) -> bool:
        return isinstance(clause, Word) and all(t.stop for t in self.terms.readings(clause.text)[0])

    def word(self, text: str, texts: Texts) -> bool | None:
        readings = self.terms.readings(text)
        names = [
            self.terms.tokens(name)
            for tokens in readings
            if len(tokens) == 1
            for name in LONG_NAMES_OF.get(tokens[0].term, ())
        ]
        joined = self.terms.joined(text)
        answers = [self.stand(tokens, 0, texts) for tokens in (*readings, *names)]
        said = [answer for answer in answers if answer is not None]
        if joined:
            said.append(any(joined in (t.term, *t.also) for _, found in texts for t in found))
        return any(said) if said else None

    def or_linked(
        self, found: bool | None, text: str, fields: Mapping[str, Texts], names: Sequence[str]
    ) -> bool | None:
        """Whether something was found, or a link to an address with this part."""
        if names != PLAIN_FIELDS or not may_be_address(text):
            return found
        return found or self.linking(text, fields["link"])

    def linking(self, address: str, links: Texts) -> bool | None:
        """Whether a link has as much of the query of an address as any link of any event has."""
        readings = [address_tokens(part) for part in shortened(address)]
        best = next((each for each in readings if self.is_linked(each)), readings[-1])
        return self.stand(best, 0, links)

    def is_linked(self, tokens: Sequence[Token]) -> bool:
        return any(self.stand(tokens, 0, fields["link"]) for _, fields in self.events)

    def written(self, text: str, token: Token) -> set[str]:
        return {token.term, spelling(token)}

    def stand(
        self, tokens: Sequence[Token], slop: int, texts: Texts, *, exact: bool = False
    ) -> bool | None:
        if not tokens:
            return None
        if len(tokens) == 1 and tokens[0].kind is Kind.UNSPACED and len(tokens[0].term) == 1:
            return any(
                token.kind is Kind.UNSPACED and tokens[0].term in token.term
                for _, found in texts
                for token in found
            )
        return any(
            all(
                _is(token, found[place], exact) for token, place in zip(tokens, places, strict=True)
            )
            for _, found in texts
            for places in combinations(range(len(found)), len(tokens))
            if places[-1] - places[0] - len(tokens) + 1 <= slop
        )

    def alike(self, text: str, token: Token, edits: int | None, texts: Texts) -> bool:
        word = spelling(token)
        limit = edits_allowed(word, edits)
        return (
            limit > 0
            and token.kind in (Kind.WORD, Kind.NAME)
            and any(
                form[0] == word[0] and within_edits(word, form, limit)
                for text, found in texts
                for other in found
                for form in self.written(text, other)
            )
        )


def _is(wanted: Token, token: Token, exact: bool) -> bool:
    if exact:
        return (token.term, token.exact) == (wanted.term, wanted.exact)
    return wanted.term in (token.term, *token.also)
