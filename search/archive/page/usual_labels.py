"""The labels of pages that have none: those of most pages of their archive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from search.archive.page.labels import ENGLISH, Labels, labels_of, of_headings, of_language
from search.archive.page.parser import Page


def usual_labels(pages: Iterable[Page], language: str = "") -> Labels:
    """The labels that most of these pages have.

    Where none has any, those of the language that most texts are in. ``language``, such as "de",
    goes before both.
    """
    if chosen := labels_of(language):
        return chosen
    headed: Counter[str] = Counter()
    spoken: Counter[str] = Counter()
    for page in pages:
        text = f"{page.title}\n{page.summary}"
        if labels := of_headings(page.headings(), text):
            headed[labels.language] += 1
        elif labels := of_language(text):
            spoken[labels.language] += 1
    counts = headed or spoken
    usual = min(counts, key=lambda name: (-counts[name], name), default="en")
    return labels_of(usual) or ENGLISH
