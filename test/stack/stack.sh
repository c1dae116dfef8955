# Sourced by up, down and job: which of the two stacks is meant, and how to speak to it.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

use_stack() {
  case $1 in
    real) export STACK=p1lending-new ETL_FORM=real ;;
    spec) export STACK=p1lending-spec ETL_FORM=spec ;;
    *) echo "stack: there are real and spec, no $1" >&2 && exit 2 ;;
  esac
  folder=${XDG_CACHE_HOME:-$HOME/.cache}/trace-job/stack-$1
  export TRUTH=$folder/truth
}

# Two that start or remove the same stack at the same time would leave half of each.
wait_for_turn() {
  mkdir -p "$folder"
  exec 8>"$folder/lock"
  flock 8
}

compose() { docker compose -p "$STACK" -f "$here/docker-compose.prod.yml" "$@"; }
