"""The log of what runs long: the logger "event_search", silent unless it is configured."""

import logging
from typing import Final

LOG: Final = logging.getLogger("event_search")
LOG.addHandler(logging.NullHandler())
