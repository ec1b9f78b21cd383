"""The situations of the ranking set, by what they are about."""

from tests.ranking_set.situations.of_names import NAMES
from tests.ranking_set.situations.of_questions import QUESTIONS
from tests.ranking_set.situations.of_scripts import SCRIPTS
from tests.ranking_set.situations.of_stories import STORIES
from tests.ranking_set.situations.of_words import WORDS
from tests.ranking_set.situations.situation import Situation

__all__ = ["SITUATIONS", "Situation"]

SITUATIONS = (*NAMES, *WORDS, *STORIES, *SCRIPTS, *QUESTIONS)
