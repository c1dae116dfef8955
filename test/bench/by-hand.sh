#!/usr/bin/env bash
# The page of commands that trace-job replaces, as people type them: by-hand.sh COMPOSE-FILE JOB-ID
file=$1
job=$2
dc() { docker compose -f "$file" "$@"; }

dc exec -T postgres psql -U p1lending -d p1lending_etl -c \
  "SELECT id, status, created_at, started_at, completed_at, error_message FROM etl_jobs WHERE id::text LIKE '%$job%' ORDER BY created_at DESC LIMIT 5;"
dc logs backend 2>&1 | grep -i "$job" | head -20
dc logs celery-worker 2>&1 | grep -i "$job" | head -30
dc logs celery-worker 2>&1 | grep -E "Task.*$job|etl_job.*$job"
dc logs backend 2>&1 | grep -E "$job.*(Snowflake|snowflake|query)" | head -10
dc logs backend 2>&1 | grep -E "$job.*(idiCORE|idicore|enrichment)" | head -10
dc logs backend 2>&1 | grep -E "$job.*(CCC|litigator|Litigator)" | head -10
dc logs backend 2>&1 | grep -E "$job.*(DNC|dnc|do.not.call)" | head -10
dc logs backend 2>&1 | grep -E "$job.*(upload|Upload|Snowflake.*insert|results)" | head -10
dc exec -T backend cat "logs/etl_job_$job.log" 2>/dev/null | head -100 || echo "No dedicated log file found"
dc logs backend 2>&1 | grep -E "$job.*(socket|Socket|emit|progress)" | head -10
dc logs 2>&1 | grep -E "$job.*(error|Error|ERROR|exception|Exception|failed|Failed)" | head -20
dc logs backend 2>&1 | grep -A 20 "Traceback.*$job"
dc logs backend 2>&1 | grep -E "$job.*(seconds|ms|took|duration|elapsed)" | head -10
