#!/usr/bin/env bash
# Wall time and memory of "cwmplab run" at 10, 100 and 500 CPEs: both must grow with the
# CPEs, not faster.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

# Proportional set size of a process tree, in KiB: pages that several share count once.
tree_kib() {
	local pid all=$1 level=$1

	while [ -n "$level" ]; do
		level=$(pgrep -P "$(echo $level | tr ' ' ,)" || true)
		all+=" $level"
	done
	for pid in $all; do
		awk '/^Pss:/ {print $2}' "/proc/$pid/smaps_rollup" 2>/dev/null || true
	done | awk '{sum += $1} END {print sum + 0}'
}

for n in 10 100 500; do
	mkdir -p "$work/$n"
	cp "$source_dir"/topologies/many/*.yaml "$work/$n/"
	sed -i "s/count: 100\b/count: $((n / 5))/" "$work/$n/topology.yaml"
	start=$(date +%s%3N)
	"$cwmplab" run "$work/$n/topology.yaml" --out "$work/$n/out" >"$work/$n/log" 2>&1 &
	pid=$!
	peak=0
	while kill -0 "$pid" 2>/dev/null; do
		kib=$(tree_kib "$pid")
		[ "$kib" -le "$peak" ] || peak=$kib
		read -rt 0.2 <> <(:) || true
	done
	status=0
	wait "$pid" || status=$?
	wall=$(($(date +%s%3N) - start))
	dropped=$(jq '.counts.dropped // 0' "$work/$n/out/report.json" 2>/dev/null || echo '?')
	printf 'run, %3d CPEs: exit %d, %5d ms wall, %5d ms a CPE, %4d MB at most, %s packets dropped\n' \
		"$n" "$status" "$wall" $((wall / n)) $((peak / 1024)) "$dropped"
done
