# Sourced by run: the rows of an audit. The jobs of a day, each of 198 records, lie evenly among the lines of others.

audit_job() { printf '66666666-aaaa-4bbb-8ccc-%012d' "$1"; }

# fill_audit NAME JOBS: a stack bench-NAME with so many jobs and $five lines of backend, a fifth of them in celery-worker.
fill_audit() {
  local now job at lines jobs=()
  bring_up "$1" "$2 jobs in $five lines"
  now=$(date +%s)
  for ((job = 1; job <= $2; job++)); do
    at=$((now - day + job * (day - 600) / $2))
    jobs+=("$(audit_job "$job")@$at+0")
    echo "('$(audit_job "$job")', 'full', 'completed', to_timestamp($at), to_timestamp($at), to_timestamp($at + 45)),"
  done >"$work/rows"
  # A job has 430 lines of its own: with few jobs there are more lines of others, and as many in all.
  lines=$((five / 5 + 430 * (audited - $2)))
  write_log backend "$five" $((now - day)) "$now" "${jobs[@]}" &
  write_log celery-worker "$lines" $((now - day)) "$now" "${jobs[@]}"
  wait $!
  # A thousand rows are longer than a word of a command can be.
  { echo "INSERT INTO etl_jobs (id, job_type, status, created_at, started_at, completed_at) VALUES"; sed '$s/,$/;/' "$work/rows"; } \
    | dc exec -T postgres psql -q -U p1lending -d p1lending_etl >/dev/null
}

audit() { "$home/trace-job.java" --timeout 300 -p "bench-$1" --audit 25h; }

# One plain read of each log, side by side.
plain_logs() {
  export BENCH=bench-$1
  dc logs backend >/dev/null & dc logs celery-worker >/dev/null & dc logs redis >/dev/null & dc logs postgres >/dev/null &
  wait
}

audit_rows() {
  local few_jobs=$((audited / 10)) this that one peak
  fill_audit audit "$audited"
  fill_audit fewer "$few_jobs"
  audit audit >"$work/report" 2>&1 || { cat "$work/report" >&2; say "the audit is not healthy"; broken=1; }
  grep -q "^$audited jobs since .*: $audited ok " "$work/report" || { head -n 3 "$work/report" >&2; say "the audit is not right"; broken=1; }
  for ((round = 0; round < rounds; round++)); do
    once audit audit >>"$work/this"
    once plain_logs audit >>"$work/that"
    once trace audit "$(audit_job $((audited / 2 + round)))" >>"$work/one"
  done
  this=$(median "$rounds" <"$work/this") that=$(median "$rounds" <"$work/that") one=$(median "$rounds" <"$work/one")
  judge "audit of $audited jobs in $five lines against a plain read of the logs, times 1.6 and 2 s more" most 1 "$this" $((that * 16 / 10 + 2000)) ms
  judge "audit of $audited jobs in $five lines against a trace of each" faster "$([[ $audited == 1000 ]] && echo 50 || echo 10)" "$this" $((one * audited)) ms
  compare "audit of $audited jobs against one of $few_jobs, in as many lines" most 1.5 audit audit -- audit fewer
  peak=$(peak audit --audit=25h)
  row "peak memory, audit of $audited jobs in $five lines" "$peak MB" "" "" "at most 250 MB" "$(((peak <= 250)) && echo holds || echo BROKEN)"
}
