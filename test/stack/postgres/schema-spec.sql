ALTER TABLE etl_jobs ADD name text;
