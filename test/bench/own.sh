# Sourced by run: the rows of jobs that are large themselves. Each has a stack to itself, and whatever the real system keeps
# of a job: the lines in the container's log, its rows of etl_jobs and job_logs, its own log file.

own_job() { printf '55555555-aaaa-4bbb-8ccc-%012d' "$1"; }

copy() { dc exec -T postgres psql -q -U p1lending -d p1lending_etl -c "COPY $1 FROM STDIN" >/dev/null; }

# fill_own RECORDS: a stack bench-ownRECORDS whose logs hold one healthy job of so many records. It began half a day ago.
fill_own() {
  local id start columns
  id=$(own_job "$1")
  start=$(($(date +%s) - day / 2))
  bring_up "own$1" "a job of $1 records"
  write_log celery-worker 0 "$start" "$start" "$id@$start*$1"
  write_log backend 0 "$start" "$start" "$id@$start*$1"
  { read -r columns && copy "etl_jobs ($columns)"; } < <(python3 job.py row "$id" "$start" "$1")
  python3 job.py steps "$id" "$start" "$1" | copy 'job_logs (job_id, level, message, created_at)'
  python3 job.py file "$id" "$start" "$1" | dc exec -T celery-worker sh -c "mkdir -p logs/jobs && cat >logs/jobs/$id.log"
}

# The stages' lines of a job of so many records, by hand. Of 200 people 176 have a phone and 156 a second or third one to ask
# DNC about, which makes 312; 4 are litigators, 18 are on the DNC list.
own_stages() {
  local batches=$(($1 / 200))
  cat <<STAGES
  [OK] Job Created - API received request
  [OK] Task Queued - Celery task dispatched
  [OK] Task Started - Worker picked up job
  [OK] Snowflake Query - Retrieved $1 records
  [OK] Pre-filtering - Filtered to $1 new records
  [OK] idiCORE Enrichment - Processed $1 records
  [OK] CCC Litigator Check - $((176 * batches)) phones checked, $((4 * batches)) flagged
  [OK] DNC Check - $((312 * batches)) phones checked, $((18 * batches)) in DNC
  [OK] Results Upload - $1 records saved
  [OK] Job Complete - Success
STAGES
}

# Every number of the stages of such a job, by hand: 20 of 200 people come from the cache, 10 of the others are refused once,
# and 304 phones are found of those. A batch has 3 steps and a progress; before and after the batches are 9 steps and a progress.
own_numbers() {
  local batches=$(($1 / 200))
  cat <<NUMBERS
snowflake-query records $1
pre-filtering kept $1
idicore-enrichment records $1
idicore-enrichment hits $((20 * batches))
idicore-enrichment calls $((180 * batches))
idicore-enrichment phones $((304 * batches))
idicore-enrichment retries $((10 * batches))
ccc-litigator-check phones $((176 * batches))
ccc-litigator-check blacklisted 0
ccc-litigator-check checked $((176 * batches))
ccc-litigator-check flagged $((4 * batches))
ccc-litigator-check marked $((4 * batches))
ccc-litigator-check unchecked 0
dnc-check phones $((312 * batches))
dnc-check found $((18 * batches))
dnc-check checked $((312 * batches))
dnc-check unchecked 0
results-upload records $1
results-upload loaded $1
results-upload errors 0
results-upload claimed $1
results-upload saved $1
websocket-events others $(($1 + batches))
websocket-events job_log $((3 * batches + 9))
websocket-events job_progress $((batches + 1))
websocket-events job_complete 1
NUMBERS
}

# own_right RECORDS
own_right() {
  local id missing
  id=$(own_job "$1")
  right "own$1" "$id" < <(own_stages "$1")
  "$home/trace-job.java" -p "bench-own$1" "$id" --format json 2>/dev/null >"$work/json" || true
  python3 -c 'import json, sys
for stage in json.load(open(sys.argv[1]))["stages"]:
    for name, number in stage["numbers"].items():
        print(stage["id"], name, int(number) if number == int(number) else number)' "$work/json" >"$work/numbers" || true
  missing=$(own_numbers "$1" | grep -vxFf "$work/numbers" || true)
  [[ -z $missing ]] || { say "the numbers of $id are not right; not found:" "$missing"; broken=1; }
}

plain() { BENCH=bench-own$1 dc logs celery-worker; }
own_trace() { trace "own$1" "$(own_job "$1")"; }

# beyond NAME BOUND this|both A -- B -- EMPTY: the median of A less that of the empty trace against the median of B, less
# the empty trace as well when B is a trace too.
beyond() {
  local name=$1 bound=$2 less=$3 of=0 word round first=$rounds rounds=$rounds a=() b=() c=() this that nothing ratio
  shift 3
  for word in "$@"; do
    case $word:$of in --:*) of=$((of + 1)) ;; *:0) a+=("$word") ;; *:1) b+=("$word") ;; *) c+=("$word") ;; esac
  done
  "${a[@]}" >/dev/null 2>&1 || true
  for ((round = 0; round < rounds; round++)); do
    once "${a[@]}" >>"$work/a"
    once "${b[@]}" >>"$work/b"
    once "${c[@]}" >>"$work/c"
    ((round + 1 == rounds)) || continue
    nothing=$(median "$rounds" <"$work/c")
    this=$(($(median "$rounds" <"$work/a") - nothing))
    that=$(($(median "$rounds" <"$work/b") - $([[ $less == both ]] && echo "$nothing" || echo 0)))
    # What is not slower than the empty trace at all is no measure.
    ((that > 0)) || that=1
    ratio=$(ratio most "$this" "$that")
    # As in `compare`.
    ((rounds == 3 * first)) || ! broken most "$bound" "$ratio" || rounds=$((3 * first))
  done
  judge "$name" most "$bound" "$this" "$that" ms
  rm -f "$work/a" "$work/b" "$work/c"
}

# replayed RECORDS: the recording of a live trace is not cut, and replays to the same report, its lines of evidence included.
replayed() {
  local recording=$work/job.jsonl.gz differ size cap=$((16 << 20)) name="recording of the job of $1 records"
  "$home/trace-job.java" -p "bench-own$1" "$(own_job "$1")" -v --record "$recording" >"$work/live" 2>/dev/null || true
  if size=$(python3 recording.py size "$recording" 2>/dev/null); then
    judge "$name: characters against the most that it may have" most 1 "$size" "$cap" ""
  else
    row "$name: characters against the most that it may have" "cut" "$cap" "" "at most 1" BROKEN
  fi
  "$home/trace-job.java" --replay "$recording" -v >"$work/replay" 2>/dev/null || true
  differ=$(diff "$work/live" "$work/replay" | grep -c '^[<>]' || true)
  [[ -s $work/live && -s $work/replay ]] || differ=all
  row "$name: lines of the report that differ when it is replayed" "$differ" "" "" "0" "$([[ $differ == 0 ]] && echo holds || echo BROKEN)"
}

own_rows() {
  local size lines megabytes
  for size in 1 2000 20000 "$records"; do
    fill_own "$size"
    ((size == 1)) || own_right "$size"
  done
  rounds=$usual
  lines=$(plain "$records" | wc -l)
  # The JVM alone takes longer than a small log, and runs cold all the while it is read: a small run has a wider bound.
  if ((records == 100000)); then
    compare "job of $records records, $lines lines of its own: trace-job against one plain read of them" most 1.6 \
      own_trace "$records" -- plain "$records"
  else
    beyond "job of $records records, $lines lines of its own: trace-job, beyond an empty trace, against one plain read of them" 2.5 this \
      own_trace "$records" -- plain "$records" -- own_trace 1
  fi
  megabytes=$(peak "own$records" "$(own_job "$records")")
  row "peak memory, job of $records records" "$megabytes MB" "" "" "at most 200 MB" "$(((megabytes <= 200)) && echo holds || echo BROKEN)"
  replayed "$records"
  rounds=9
  beyond "job of 20000 records against one of 2000, both beyond an empty trace" 10 both own_trace 20000 -- own_trace 2000 -- own_trace 1
  python3 recording.py write "$(own_job 1730)" 1768469400 1730 >"$work/recording.jsonl"
  compare "replay of a recording of $(wc -l <"$work/recording.jsonl") lines against --demo" most 2 \
    "$home/trace-job.java" --replay "$work/recording.jsonl" -- "$home/trace-job.java" --demo
}
