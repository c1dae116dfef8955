"""What Snowflake answers when it refuses something: its code, the SQL state, and a text."""

QUERY_TIMEOUT_SECONDS = 300  # what Snowflake says; how long it really took is query_seconds

WRONG_PASSWORD = ("250001", "08001", "Failed to connect to DB: p1lending.us-east-1. Incorrect username or password was "
                                     "specified.")
SYNTAX_ERROR = ("001003", "42000", "SQL compilation error:\nsyntax error line 3 at position 2 unexpected 'FORM'.\n"
                                   "syntax error line 4 at position 8 unexpected '='.")
TIMED_OUT = ("000630", "57014", "Statement reached its statement or warehouse timeout of "
                                f"{QUERY_TIMEOUT_SECONDS} second(s) and was canceled.")
NO_PRIVILEGE = ("003001", "42501", "SQL access control error:\nInsufficient privileges to operate on table "
                                   "'MASTER_PROCESSED_DB'")
NO_WAREHOUSE = ("000606", "57P03", "No active warehouse selected in the current session.")
EXPIRED = ("390114", "08001", "Authentication token has expired.  The user must authenticate again.")
PUT_REFUSED = ("253003", None, "Failed to upload to stage @%MASTER_PROCESSED_DB: HTTP 403 Forbidden")
COPY_FAILED = ("100080", "22000", "Number of columns in file (41) does not match that of the corresponding table (43)")
NOT_STORED = ("100132", "P0000", "String '787' is too long and would be truncated")
