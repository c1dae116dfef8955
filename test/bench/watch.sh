# Sourced by run: what a watch costs beside Docker's own commands.

# watch_rows NAME: a job of which lines come all the time is watched for a minute in the stack of this name.
watch_rows() {
  local id=66666666-aaaa-4bbb-8ccc-000000000006 command feeder took
  export BENCH=bench-$1
  rows "INSERT INTO etl_jobs (id, job_type, status, created_at, started_at) VALUES ('$id', 'full', 'running', now(), now())"
  python3 running.py "$(docker inspect --format '{{.LogPath}}' "$(dc ps -q celery-worker)")" "$id" 75 &
  feeder=$!
  command=$(java -cp "${XDG_CACHE_HOME:-$HOME/.cache}/trace-job/jbang-0.132.1/*" dev.jbang.Main "$home/trace-job.java" -p "$BENCH" "$id" \
    --watch --progress plain --for 60s || true)
  took=$(eval "python3 cpu.py $command") || true
  kill "$feeder" 2>/dev/null || true
  row "watching a running job for 60 s: CPU time of trace-job's own process, its start included, of one core" \
    "$(awk -v t="$took" 'BEGIN { printf "%.1f %%", t / 60 }')" "" "" "at most 10 %" "$(((took <= 600)) && echo holds || echo BROKEN)"
}

# ended_rows NAME: a job ends while it is watched; how long until the watch says so, by the row's end.
ended_rows() {
  local id=77777777-aaaa-4bbb-8ccc-000000000007 start took=none round
  export BENCH=bench-$1
  rows "INSERT INTO etl_jobs (id, job_type, status, created_at, started_at) VALUES ('$id', 'full', 'running', now(), now())"
  "$home/trace-job.java" -p "$BENCH" "$id" --watch --progress plain >"$work/watched" 2>/dev/null &
  python3 running.py "$(docker inspect --format '{{.LogPath}}' "$(dc ps -q celery-worker)")" "$id" 16 end
  rows "UPDATE etl_jobs SET status = 'completed', completed_at = now() WHERE id = '$id'"
  start=$(now)
  for ((round = 0; round < 400; round++)); do
    if grep -q 'Z completed$' "$work/watched"; then
      took=$((($(now) - start) / 1000000))
      break
    fi
    sleep 0.05
  done
  wait $! || true
  grep -q '^  Status: completed$' "$work/watched" || { say "the watched job did not end well:" "$(tail -40 "$work/watched")"; broken=1; }
  row "watching a job to its end: until the watch says so, after the row does" "$took ms" "" "" "at most 3000 ms" \
    "$([[ $took != none ]] && ((took <= 3000)) && echo holds || echo BROKEN)"
}
