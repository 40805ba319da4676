#!/usr/bin/env bash
# A sweep of connection requests: our ACS calls 1,000 CPEs within a second or two; the time from a
# request to the session that it brings, and the peer: curl, which asks as many times and gets
# the 401 alone.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
need curl
need jq
cpes=${1:-1000}

sed -e 's/ConnectionRequestUsername: {/&value: acs, /' -e 's/ConnectionRequestPassword: {/&value: call-me, /' \
	"$source_dir/topologies/models/hp5920.yaml" >"$work/model.yaml"
"$cwmplab" acs --listen 127.0.0.1:17647 --auth none --call-username acs --call-password call-me \
	--call-after 2s >"$work/acs.events" 2>"$work/acs.log" &
acs=$!
pids+=("$acs")
until_true 5 grep -q '"ready"' "$work/acs.events"
"$cwmplab" cpe --acs-url http://127.0.0.1:17647/cwmp --count "$cpes" --model "$work/model.yaml" \
	>"$work/cpe.events" 2>"$work/cpe.log" &
cpe=$!
pids+=("$cpe")
calls() { grep -c '"event":"call"' "$work/acs.events" || true; }
booted() { [ "$(grep -c '"session-end"' "$work/acs.events")" -ge "$cpes" ]; }
until_true 60 booted
before=$(cpu_ms "$acs" "$cpe")
over() { [ "$(calls)" -ge "$cpes" ]; }
until_true 120 over || { echo "calls: only $(calls) of $cpes"; exit 1; }
used=$(($(cpu_ms "$acs" "$cpe") - before))
came=$(grep '"event":"call"' "$work/acs.events" | grep -c '"ok":true' || true)
grep '"event":"call"' "$work/acs.events" | jq -r '.session_us // empty' | sort -n >"$work/times"
at() { awk -v p="$1" '{a[NR] = $1} END {i = int((NR * p + 99) / 100); print a[i < 1 ? 1 : i] / 1000}' "$work/times"; }

url=$(grep -m 1 '"reachable"' "$work/cpe.events" | sed 's/.*"url":"\([^"]*\)".*/\1/')
for ((i = 0; i < cpes; i++)); do
	printf 'url = "%s"\noutput = /dev/null\n' "$url"
done >"$work/urls"
theirs=$(cpu_of curl -s -K "$work/urls")
row "connection requests, $cpes" "$came came, $used ms CPU" "curl, 401 alone: $theirs ms" \
	"$(ratio "$theirs" "$used")" -
printf '  from request to session: median %s ms, 95 %% within %s ms, all within %s ms\n' \
	"$(at 50)" "$(at 95)" "$(at 100)"
