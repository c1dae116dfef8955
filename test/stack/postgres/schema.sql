CREATE TYPE job_status AS ENUM ('pending', 'running', 'completed', 'failed', 'cancelled');

CREATE TABLE sql_scripts (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL UNIQUE,
  content text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE file_sources (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  file_name text NOT NULL,
  rows jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE etl_jobs (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  job_type text NOT NULL,
  script_id uuid REFERENCES sql_scripts (id),
  file_source_id uuid,
  file_upload_id uuid,
  status job_status NOT NULL DEFAULT 'pending',
  progress integer NOT NULL DEFAULT 0,
  message text,
  row_limit integer,
  table_id text,
  table_title text,
  total_rows_processed integer,
  litigator_count integer,
  dnc_count integer,
  both_count integer,
  clean_count integer,
  error_message text,
  preview_data jsonb,
  started_by text,
  started_at timestamptz,
  completed_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE job_logs (
  id bigserial PRIMARY KEY,
  job_id uuid NOT NULL REFERENCES etl_jobs (id),
  level text NOT NULL,
  message text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX job_logs_of_a_job ON job_logs (job_id, created_at);
