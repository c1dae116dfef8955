"""Settings, read from the environment once."""

import os
from pathlib import Path

ETL_FORM = os.environ.get("ETL_FORM", "real")
SPEC_FORM = ETL_FORM == "spec"

DATABASE_URL = os.environ["DATABASE_URL"]
REDIS_URL = os.environ["REDIS_URL"]

HOME = Path("/app")
DNC_DATABASE = HOME / "data/dnc.db"
PERSON_CACHE_FILE = HOME / "person_cache.csv"
JOB_FILES = HOME / ("logs" if SPEC_FORM else "logs/jobs")
TRUTH = Path("/truth")

SNOWFLAKE_URL = "http://127.0.0.1:9443"
SNOWFLAKE_ACCOUNT = "p1lending.us-east-1"
SNOWFLAKE_USER = "ETL_SERVICE"
NTFY_URL = "http://127.0.0.1:8090"
IDICORE_URL = "http://p1lending:idi-secret@127.0.0.1:9000/idicore"
CCC_URL = "http://127.0.0.1:9000/ccc/scrub"
CCC_LOGIN_ID = "CCC-7f3a91d2"
