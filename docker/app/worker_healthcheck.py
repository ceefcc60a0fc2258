"""The worker's health check: has a worker told the queue within a minute that it lives?"""

import os
import sys
from pathlib import Path

import psycopg

PASSWORD = Path("/run/secrets/database_password")
QUERY = """
SELECT EXISTS (
    SELECT FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'
)
"""


def main() -> int:
    """Return 0 if there is such a worker, 1 otherwise."""
    url = os.environ["DATABASE_URL"].replace("postgresql+psycopg://", "postgresql://")
    password = PASSWORD.read_text("utf-8").strip() if PASSWORD.exists() else None
    with psycopg.connect(url, password=password, connect_timeout=4) as connection:
        row = connection.execute(QUERY).fetchone()
    return 0 if row == (True,) else 1


if __name__ == "__main__":
    sys.exit(main())
