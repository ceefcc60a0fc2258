"""`python -m dovetail`: the same as the command `dovetail`."""

import sys

from dovetail.cli import main

sys.exit(main())
