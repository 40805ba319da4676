#!/usr/bin/env bash
# web.sh [CPES]: what the page of a lab of 5,000 CPEs costs: time until it is painted in a browser, its
# processor time while nothing happens, and, with 200 browsers of which half read slowly, while all
# CPEs boot at once; and how much longer that boot takes with them than without. LOOKER:
# test_web_page, with Chromium. Status 1 where a goal is missed: painted within 1,000 ms, a tenth of a
# core, a boot that takes no more than a quarter longer.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
need curl
cpes=${1:-5000} name=web-bench-$$ browsers=200 failed=0
looker=${LOOKER:-$source_dir/build/test_web_page}

clean() {
	"$cwmplab" down "$name" --now >/dev/null 2>&1 || true
	finish
}
trap clean EXIT

# Streets of 500 homes, each a network of its own with its ACS: what one of them broadcasts is handed
# to each other one, so that in one network of 5,000 they would be busy with that alone. A page reads
# the sessions of 16 ACSs.
mkdir "$work/lab"
printf 'name: %s\nnodes:\n' "$name" >"$work/lab/topology.yaml"
street=$(((cpes + 499) / 500))
[ "$street" -le 16 ] || {
	echo "web: 8,000 CPEs at most"
	exit 2
}
for ((i = 1; i <= street; i++)); do
	cat >>"$work/lab/topology.yaml" <<END
  street$i: {kind: switch}
  dhcp$i:
    kind: dhcp
    attach: street$i
    address: 10.$i.0.2/16
    pools:
      - range: 10.$i.1.0-10.$i.250.0
        acs: {format: comware, url: http://10.$i.0.11:7547/cwmp}
  acs$i: {kind: acs, attach: street$i, address: 10.$i.0.11/16, url: http://10.$i.0.11:7547/cwmp}
  home$i: {kind: cpe, count: $(((cpes + street - i) / street)), attach: street$i, model: hp5920}
END
done

# ended: how many sessions have ended well, as the ACSs say.
ended() { grep -c '"node":"acs[0-9]*","event":"session-end".*"ok":true' "$work/out/events.jsonl" || true; }

# have_ended N: whether so many have; looked at seldom enough to cost nothing.
have_ended() {
	read -rt 0.2 <> <(:) || true
	[ "$(ended)" -ge "$1" ]
}

# boot_ms: all CPEs boot; until each has had its session.
boot_ms() {
	local from before i

	before=$(ended)
	from=$(date +%s%3N)
	for ((i = 1; i <= street; i++)); do
		"$cwmplab" cpe "$name" "home$i" boot --json >/dev/null
	done
	until_true 300 have_ended $((before + cpes)) || echo "not all have booted: $(ended) sessions more" >&2
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

started=$SECONDS
"$cwmplab" up "$work/lab" --out "$work/out" >"$work/up.log" 2>&1 || {
	cat "$work/up.log"
	exit 1
}
head -n 1 "$work/up.log"
until_true 600 have_ended "$cpes" || {
	echo "web: not all CPEs have informed their ACS: $(ended) sessions"
	exit 1
}
echo "all have informed after $((SECONDS - started)) s"
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
