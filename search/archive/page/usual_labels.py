"""The labels of pages that have none: those of most pages of their archive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from search.archive.page.labels import ENGLISH, Labels, labels_of, of_headings
from search.archive.page.parser import Page
from search.text.languages import language_of

# The codes of the languages that texts are told to be in.
_CODES: Final = {
    "arabic": "ar", "armenian": "hy", "basque": "eu", "catalan": "ca", "czech": "cs",
    "danish": "da", "dutch": "nl", "english": "en", "esperanto": "eo", "estonian": "et",
    "finnish": "fi", "french": "fr", "german": "de", "greek": "el", "hindi": "hi",
    "hungarian": "hu", "indonesian": "id", "italian": "it", "lithuanian": "lt",
    "norwegian": "no", "persian": "fa", "polish": "pl", "portuguese": "pt", "romanian": "ro",
    "russian": "ru", "serbian": "sr", "spanish": "es", "swedish": "sv", "tamil": "ta",
    "turkish": "tr",
}  # fmt: skip


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
        labels = of_headings(page.headings)
        if labels is not None:
            headed[labels.language] += 1
        elif code := _CODES.get(language_of(f"{page.title} {page.summary}".split())):
            spoken[code] += 1
    counts = headed or spoken
    usual = min(counts, key=lambda name: (-counts[name], name), default="en")
    return labels_of(usual) or ENGLISH
