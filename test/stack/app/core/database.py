import psycopg2
from psycopg2.extras import RealDictCursor

from app.core.config import DATABASE_URL


class Database:
    """One connection to the application's database; every statement is a transaction of its own."""

    def __init__(self):
        self._connection = psycopg2.connect(DATABASE_URL, connect_timeout=3, cursor_factory=RealDictCursor)
        self._connection.autocommit = True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._connection.close()

    def run(self, statement, *values):
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)

    def rows(self, query, *values):
        with self._connection.cursor() as cursor:
            cursor.execute(query, values)
            return [dict(row) for row in cursor.fetchall()]

    def row(self, query, *values):
        return next(iter(self.rows(query, *values)), None)

    def update_job(self, job_id, **columns):
        assignments = ", ".join(f"{column} = %s" for column in columns)
        self.run(f"UPDATE etl_jobs SET {assignments} WHERE id = %s", *columns.values(), job_id)
