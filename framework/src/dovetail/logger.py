"""The logger of the framework."""

import logging

logger = logging.getLogger("dovetail")
