"""The logger "event_search" of the server, silent unless it is configured."""

import logging
from typing import Final

LOG: Final = logging.getLogger("event_search")
LOG.addHandler(logging.NullHandler())
