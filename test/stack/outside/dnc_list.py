"""The DNC list: an SQLite file, and the ways in which it can be out of order.

    dnc_list.py FILE create|ok|missing|folder|locked|notable
"""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from campaign import LISTED_PHONES


def create(file: Path):
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    with sqlite3.connect(part) as database:
        database.execute("PRAGMA synchronous = off")
        database.execute("CREATE TABLE dnc_list (phone TEXT PRIMARY KEY) WITHOUT ROWID")
        database.executemany("INSERT INTO dnc_list VALUES (?)", ((str(phone),) for phone in LISTED_PHONES))
    part.rename(file)


def away(file: Path) -> Path:
    return file.with_suffix(".away")


def holder(file: Path) -> Path:
    return file.with_suffix(".holder")


def ok(file: Path):
    if holder(file).exists():
        try:
            os.kill(int(holder(file).read_text()), signal.SIGKILL)
        except ProcessLookupError:
            pass
        holder(file).unlink()
    if away(file).exists():
        if file.is_dir():
            shutil.rmtree(file)
        file.unlink(missing_ok=True)
        away(file).rename(file)


def missing(file: Path):
    file.rename(away(file))


def folder(file: Path):
    missing(file)
    file.mkdir()


def notable(file: Path):
    missing(file)
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE imports (imported_at TEXT)")


def locked(file: Path):
    process = subprocess.Popen(
        [sys.executable, __file__, str(file), "hold"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    process.stdout.readline()
    holder(file).write_text(str(process.pid))


def hold(file: Path):
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("BEGIN EXCLUSIVE")
    print("locked", flush=True)
    time.sleep(3600)


if __name__ == "__main__":
    file, state = Path(sys.argv[1]), sys.argv[2]
    if state not in ("create", "hold"):
        ok(file)
    {f.__name__: f for f in (create, ok, missing, folder, locked, notable, hold)}[state](file)
