"""The records of an uploaded file: what takes the query's place in such a job."""

import logging

from app.services.etl.person import Person

log = logging.getLogger("ETL.FileProcessor")


def valid_records(engine):
    source = engine.source
    engine.log_step("File Source", f"Loading {source['name']}")
    engine.log_step("File Processing", f"Reading file: {source['file_name']}")
    with engine.stage("file", rows=0, valid=0) as stage:
        rows = source["rows"]
        if not rows:
            raise ValueError("File is empty or could not be read")
        stage.add(rows=len(rows))
        engine.log_step("File Processing", f"Read {len(rows)} rows from file")
        engine.log_step("Column Mapping", f"Mapped {len(rows[0])} columns")
        engine.log_step("Data Normalization", f"Normalized {len(rows)} rows")
        valid = [row for row in rows if Person.has_name(row)]
        if len(valid) < len(rows):
            log.warning("Found %d validation errors (continuing with valid records)", len(rows) - len(valid))
        if not valid:
            raise ValueError("No valid records after normalization and validation")
        engine.log_step("Schema Conversion", f"Converted {len(valid)} records")
        engine.log_step("Data Ready", f"Processing {len(valid)} valid records")
        stage.add(valid=len(valid))
    return valid
