# What both examples' `run` have in common. Sourced at the top of the source tree; everything started ends with the script.
work=$(mktemp -d)
started=()

end() {
  local process
  for process in "${started[@]}"; do kill -TERM "$process" 2>/dev/null || true; done
  for process in "${started[@]}"; do wait "$process" 2>/dev/null || true; done
  rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

build() { # module
  printf 'building %s (the first time: a few minutes)\n' "$1" >&2
  if ! mvn -q -B -ntp -pl "$1" -am -Dmaven.test.skip=true -Dspotless.check.skip=true package \
    dependency:build-classpath -Dmdep.outputFile=target/classpath >"$work/build.log" 2>&1; then
    cat "$work/build.log" >&2
    exit 1
  fi
}

class_path() { # module
  printf '%s:%s' "$1/target/classes" "$(cat "$1/target/classpath")"
}

await() { # what, process, log, command...: for at most 90 s
  local what=$1 process=$2 log=$3 until=$((SECONDS + 90))
  shift 3
  until "$@" 2>/dev/null; do
    if ! kill -0 "$process" 2>/dev/null || [ $SECONDS -ge $until ]; then
      printf 'error: %s did not come up\n' "$what" >&2
      cat "$log" >&2
      exit 1
    fi
    sleep 0.2
  done
}

start_cluster() { # nodes
  printf 'starting a cluster of %d nodes\n' "$1" >&2
  ./replsqlite cluster --nodes "$1" --lease static --dir "$work" >"$work/cluster.log" 2>&1 &
  started+=($!)
  await 'the cluster' $! "$work/cluster.log" grep -q '"ready":true' "$work/cluster.log"
}
