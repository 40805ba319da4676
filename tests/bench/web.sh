#!/usr/bin/env bash
# web.sh [CPES]: what the page of a lab of 5,000 CPEs costs: time until it is painted in a browser, its
# processor time while nothing happens, and, with 200 browsers of which half read slowly, while all
# CPEs boot at once; and how much longer that boot takes with them than without. LOOKER:
# test_web_page, with Chromium. Status 1 where a goal is missed: painted within 1,000 ms, a tenth of a
# core, a boot that takes no more than a quarter longer.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
need jq
need curl
cpes=${1:-5000} name=web-bench-$$ browsers=200 failed=0
looker=${LOOKER:-$source_dir/build/test_web_page}

clean() {
	"$cwmplab" down "$name" --now >/dev/null 2>&1 || true
	finish
}
trap clean EXIT

mkdir "$work/lab"
cat >"$work/lab/topology.yaml" <<END
name: $name
nodes:
  sw1: {kind: switch}
  dns: {kind: dns, attach: sw1, address: 10.0.0.3/16}
  dhcp:
    kind: dhcp
    attach: sw1
    address: 10.0.0.2/16
    pools:
      - range: 10.0.1.0-10.0.250.0
        dns: [dns]
        acs: {format: comware, url: http://acs.lab:7547/cwmp}
  acs: {kind: acs, attach: sw1, address: 10.0.0.11/16, url: http://acs.lab:7547/cwmp}
END
# A bridge takes no more than 1,000 ports.
street=$(((cpes + 899) / 900))
for ((i = 1; i <= street; i++)); do
	cat >>"$work/lab/topology.yaml" <<END
  street$i: {kind: switch, links: [sw1]}
  home$i: {kind: cpe, count: $(((cpes + street - i) / street)), attach: street$i, model: hp5920}
END
done

# Whether all have had a session since the lab is up. The answer tells all devices: not asked often.
all_have_informed() {
	read -rt 1 <> <(:) || true
	[ "$("$cwmplab" inspect "$name" acs --json | jq '.status.sessions')" -ge "$cpes" ]
}

# ended N: whether so many sessions have ended since the events are followed.
ended() { [ "$(grep -c '"session-end"' "$work/events")" -ge "$1" ]; }

# boot_ms: all CPEs boot; until each has had its session.
boot_ms() {
	local from before i

	before=$(grep -c '"session-end"' "$work/events" || true)
	from=$(date +%s%3N)
	for ((i = 1; i <= street; i++)); do
		"$cwmplab" cpe "$name" "home$i" boot --json >/dev/null
	done
	until_true 300 ended $((before + cpes)) || echo "not all have booted" >&2
	echo $(($(date +%s%3N) - from))
}

# told WHAT FIGURE GOAL: a line, and whether it is kept.
told() {
	printf '%-58s %8s   goal %s\n' "$1" "$2" "$3"
	awk -v a="$2" -v b="$3" 'BEGIN {exit !(a <= b)}' || failed=1
}

# tree PID: it and what it started.
tree() {
	local child

	echo "$1"
	for child in $(pgrep -P "$1" || true); do
		tree "$child"
	done
}

# share SECONDS: percent of a core that the page and what it started take meanwhile.
share() {
	local from to all

	all=$(tree "$page")
	from=$(cpu_ms $all)
	read -rt "$1" <> <(:) || true
	to=$(cpu_ms $all)
	awk -v ms=$((to - from)) -v s="$1" 'BEGIN {printf "%.1f", ms / s / 10}'
}

"$cwmplab" up "$work/lab" --out "$work/out" >"$work/up.log" 2>&1 || {
	cat "$work/up.log"
	exit 1
}
until_true 600 all_have_informed || {
	echo "web: not all CPEs have informed their ACS"
	exit 1
}
"$cwmplab" events "$name" acs >"$work/events" &
pids+=($!)
alone=$(boot_ms)

"$cwmplab" web "$name" >"$work/url" &
page=$!
pids+=("$page")
until_true 30 test -s "$work/url"
url=$(cut -d' ' -f2 "$work/url")
if [ -x "$looker" ] && command -v chromium >/dev/null; then
	mkdir "$work/profile"
	URL=$url LAB=$name FLEET=$cpes PICTURES=$work/profile "$looker" >"$work/looked" 2>&1 ||
		{ cat "$work/looked"; failed=1; }
	told "painted, ms" "$(awk '/^painted/ {print $2}' "$work/looked")" 1000
	echo "all that is seen of $cpes CPEs: $(awk '/^drawn/ {print $2}' "$work/looked") ms"
fi

follow() { # ARGUMENT...: a browser that follows
	curl -sN -o /dev/null "$@" "${url}stream" &
	pids+=($!)
}
follow
read -rt 5 <> <(:) || true
told "while nothing happens, percent of a core" "$(share 20)" 10
for ((i = 1; i < browsers; i++)); do
	if ((i % 2)); then follow; else follow --limit-rate 100; fi
done
read -rt 5 <> <(:) || true
all=$(tree "$page")
from=$(cpu_ms $all)
crowded=$(boot_ms)
to=$(cpu_ms $all)
told "all boot, $browsers browsers: longer than without, ratio" "$(ratio "$crowded" "$alone")" 1.25
echo "the boot: $alone ms without, $crowded ms with them; the page and its decoder took $((to - from)) ms of a core," \
	"$(awk '/^VmRSS:/ {print int($2 / 1024)}' "/proc/$page/status") MB"
exit $failed
