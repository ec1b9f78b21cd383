"""The situations of the ranking set, by what they are about."""

from situations.of_names import NAMES
from situations.of_questions import QUESTIONS
from situations.of_scripts import SCRIPTS
from situations.of_stories import STORIES
from situations.of_words import WORDS
from situations.situation import Situation

__all__ = ["SITUATIONS", "Situation"]

SITUATIONS = (*NAMES, *WORDS, *STORIES, *SCRIPTS, *QUESTIONS)
