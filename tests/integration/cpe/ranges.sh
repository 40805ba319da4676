#!/usr/bin/env bash
# CPEs that a configuration counts up: each in its place, from its address, with its serial
# number; and a hundred thousand in one namespace, which start and stop.
set -euo pipefail
source_dir=${CWMPLAB_SOURCE:-$(cd "$(dirname "$0")/../../.." && pwd)}
cwmplab=${CWMPLAB:-$source_dir/build/cwmplab}
. "$source_dir/tests/support/sandbox.sh"
wait_for() { wait_until grep -sq -- "$2" "$1" || fail "no \"$2\" in ${1##*/}"; }
ip link set lo up
model=$source_dir/topologies/models/hp5920.yaml

"$cwmplab" acs --listen 127.0.0.1:7547 --url http://127.0.0.1:7547/cwmp --auth none \
	>"$work/acs.events" 2>"$work/acs.log" &
wait_for "$work/acs.events" '"ready"'
cat >"$work/few.yaml" <<EOT
model: $model
acs: {url: "http://127.0.0.1:7547/cwmp"}
cpes:
  - {name: a, count: 100, netns: /proc/$$/ns/net, address: 127.0.0.9, serial: HP0001}
  - {name: b, count: 100, address: 127.0.0.10, mac: "02:00:05:00:00:ff"}
  - {name: c, serials: [ODD]}
EOT
"$cwmplab" cpe --config "$work/few.yaml" --once >"$work/cpe.events" 2>"$work/cpe.log" ||
	fail "the sessions: status $?"

# informs PATTERN ADDRESS: how many different CPEs of the pattern informed from there.
informs() {
	grep '"event":"inform"' "$work/acs.events" | grep -F "\"address\":\"$2\"" |
		grep -oE "\"cpe\":\"[^\"]*-$1\"" | sort -u | wc -l
}
has_all() {
	[ "$(informs 'HP0[01][0-9][0-9]' 127.0.0.9)" = 100 ] &&
		[ "$(informs '0200050001?[0-9A-F]+' 127.0.0.10)" = 100 ] &&
		[ "$(informs ODD 127.0.0.1)" = 1 ]
}
wait_until has_all || fail "$(informs 'HP.*' 127.0.0.9), $(informs '02.*' 127.0.0.10), $(informs ODD 127.0.0.1)"
grep -q '"node":"a-100"' "$work/cpe.events" || fail "no CPE is called a-100"
grep -q '"node":"c"' "$work/cpe.events" || fail "no CPE is called c"

cat >"$work/many.yaml" <<EOT
model: $model
boot-spread: 24h
acs: {url: "http://127.0.0.1:7547/cwmp"}
cpes: [{name: many, count: 100000, netns: /proc/$$/ns/net, address: 127.0.0.9}]
EOT
"$cwmplab" cpe --config "$work/many.yaml" >"$work/many.events" 2>"$work/many.log" &
many=$!
wait_for "$work/many.events" '"ready"'
kill "$many"
# 1 where one of them was in its first session.
status=0
wait "$many" || status=$?
[ "$status" -le 1 ] || fail "a hundred thousand: status $status"
