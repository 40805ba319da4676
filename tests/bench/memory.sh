#!/usr/bin/env bash
# Memory of "cwmplab cpe" for each CPE: idle, also after sessions of all of them at once, and
# what a session takes beyond that while an ACS lets it wait. Each figure is the slope between two numbers of CPEs, so that what the
# process needs once stands in none of them. The goals are at most 1.1, 10 and 32 KB.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
need openssl
few=${1:-1000} many=${2:-4000}
hold=${HOLD:-$source_dir/build/bench_hold}
[ -x "$hold" ] || { echo "bench_hold is not built: ninja -C build bench_hold" >&2; exit 2; }
ulimit -n "$(ulimit -Hn)"

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
	-addext subjectAltName=IP:127.0.0.1 \
	-keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null

rss_kib() {
	awk '/^VmRSS:/ {print $2}' "/proc/$1/status"
}

# counts FILE WORD NUMBER: whether WORD stands on at least NUMBER lines.
counts() {
	[ "$(grep -cs "$2" "$1" || true)" -ge "$3" ] 2>/dev/null
}

end() {
	kill "$@" 2>/dev/null || true
	wait "$@" 2>/dev/null || true
}

# stop WORDS: nothing is printed that was not measured. The functions run in subshells.
stop() {
	echo "memory: $*" >&2
	kill "$$"
	exit 1
}

# idle COUNT [SPREAD]: KiB of a process whose CPEs have all had their session and rest.
idle() {
	local acs cpe kib spread=${2:-$(($1 / 500 + 1))s}

	rm -f "$work"/*.events "$work"/hold.out # those of the run before
	"$cwmplab" acs --listen 127.0.0.1:17549 --url http://127.0.0.1:17549/cwmp \
		--auth none >"$work/acs.events" 2>"$work/acs.log" &
	acs=$!
	pids+=("$acs")
	until_true 20 grep -qs '"ready"' "$work/acs.events"
	"$cwmplab" cpe --acs-url http://127.0.0.1:17549/cwmp --count "$1" \
		--boot-spread "$spread" >"$work/cpe.events" 2>"$work/cpe.log" &
	cpe=$!
	pids+=("$cpe")
	until_true 300 counts "$work/cpe.events" '"settled"' "$1" || stop "not all CPEs rest"
	kib=$(rss_kib "$cpe")
	end "$cpe" "$acs"
	echo "$kib"
}

# crowd COUNT: the same where all of them had it at once.
crowd() {
	idle "$1" 0s
}

# held SCHEME COUNT: KiB of a process whose CPEs all wait for the answer to their Inform;
# with the scheme "hello" for the answer to their ClientHello.
held() {
	local server cpe kib scheme=${1/hello/https} tls=() trust=()

	rm -f "$work"/*.events "$work"/hold.out # those of the run before
	if [ "$1" = https ]; then
		tls=("$work/cert.pem" "$work/key.pem")
	fi
	[ "$scheme" = http ] || trust=(--ca "$work/cert.pem")
	"$hold" "${tls[@]}" >"$work/hold.out" 2>"$work/hold.log" &
	server=$!
	pids+=("$server")
	until_true 20 grep -qs '^port' "$work/hold.out"
	"$cwmplab" cpe --acs-url "$scheme://127.0.0.1:$(awk '/^port/ {print $2}' "$work/hold.out")/cwmp" \
		"${trust[@]}" --count "$2" --boot-spread "$(($2 / 500 + 1))s" \
		>"$work/cpe.events" 2>"$work/cpe.log" &
	cpe=$!
	pids+=("$cpe")
	until_true 60 grep -qs "^held $2\$" "$work/hold.out" || stop "not all CPEs wait"
	kib=$(rss_kib "$cpe")
	end "$cpe" "$server"
	echo "$kib"
}

# slope COMMAND...: KB a CPE, from the two counts; COMMAND is called with each.
slope() {
	local low high

	low=$("$@" "$few") high=$("$@" "$many")
	awk -v low="$low" -v high="$high" -v n=$((many - few)) \
		'BEGIN {printf "%.2f", (high - low) * 1.024 / n}'
}

minus() {
	awk -v a="$1" -v b="$2" 'BEGIN {printf "%.2f", a - b}'
}

rest=$(slope idle)
printf 'memory, idle CPE:          %6s KB, goal 1.1\n' "$rest"
# So many that what they took is given back in both runs.
printf 'memory, idle after a crowd:%6s KB, goal 1.1\n' \
	"$(few=$many many=$((3 * many)) slope crowd)"
printf 'memory, more during http:  %6s KB, goal 10\n' "$(minus "$(slope held http)" "$rest")"
printf 'memory, more during https: %6s KB, goal 32\n' "$(minus "$(slope held https)" "$rest")"
printf 'memory, more in the hello: %6s KB, goal 32\n' "$(minus "$(slope held hello)" "$rest")"
