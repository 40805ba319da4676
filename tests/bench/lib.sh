# Shared by the benchmarks: where things are, CPU time, ratios. Each benchmark measures both
# sides in one run and prints one line: what, figure, figure, ratio, goal.

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cwmplab=${CWMPLAB:-$source_dir/build/cwmplab}
tools=$source_dir/../shared/tools
work=$(mktemp -d)
pids=()
PATH=$PATH:/usr/sbin:/sbin

finish() {
	local pid

	for pid in "${pids[@]}"; do
		kill "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
	rm -rf "$work"
}
trap finish EXIT

need() {
	command -v "$1" >/dev/null || { echo "skipped: $1 is not installed"; exit 77; }
}

# cpu_ms PID...: user and system time of the processes so far, in milliseconds.
cpu_ms() {
	local pid ticks=0 hz

	hz=$(getconf CLK_TCK)
	for pid in "$@"; do
		ticks=$((ticks + $(sed 's/.*) //' "/proc/$pid/stat" | awk '{print $12 + $13}')))
	done
	echo $((ticks * 1000 / hz))
}

# cpu_of COMMAND...: runs it and prints its CPU milliseconds; its output goes to $work/output.
cpu_of() {
	local TIMEFORMAT='%3U %3S'

	{ time "$@" >"$work/output" 2>"$work/errors"; } 2>&1 |
		awk '{printf "%d\n", ($1 + $2) * 1000}'
}

# median of the numbers on standard input.
median() {
	sort -n | awk '{a[NR] = $1} END {print a[int((NR + 1) / 2)]}'
}

# row WHAT OURS THEIRS RATIO GOAL
row() {
	printf '%-34s %-26s %-26s ratio %-6s goal %s\n' "$1" "$2" "$3" "$4" "$5"
}

ratio() {
	awk -v a="$1" -v b="$2" 'BEGIN {printf "%.2f", (b > 0 ? a / b : 0)}'
}

# until_true SECONDS COMMAND...: waits for a condition, with a deadline.
until_true() {
	local end=$((SECONDS + $1))

	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		read -rt 0.02 <> <(:) || true
	done
}
