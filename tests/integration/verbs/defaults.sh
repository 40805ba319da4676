#!/usr/bin/env bash
# An ACS, four CPEs and a check beside them on one machine, all with their defaults: the check sees
# every session and finds nothing.
set -euo pipefail
source_dir=${CWMPLAB_SOURCE:-$(cd "$(dirname "$0")/../../.." && pwd)}
cwmplab=${CWMPLAB:-$source_dir/build/cwmplab}
. "$source_dir/tests/support/sandbox.sh"
ip link set lo up
export CWMPLAB_SHARE=$source_dir

"$cwmplab" acs >"$work/acs.events" 2>"$work/acs.log" &
acs=$!
wait_until grep -q '"event":"ready"' "$work/acs.events" || fail "the ACS is not ready"
"$cwmplab" check -i lo >"$work/check.log" 2>&1 &
check=$!
is_capturing() { grep -q ' 0003 ' /proc/net/packet; } # a socket of all protocols
wait_until is_capturing || fail "nobody captures"
"$cwmplab" cpe --acs-url http://127.0.0.1:7547/cwmp --count 4 --periodic-inform 3s \
	>"$work/cpe.events" 2>"$work/cpe.log" &
cpe=$!

# Each CPE boots and informs twice by its interval. They are stopped where none of them has a session,
# which they would break off: they rest while that is looked at, and go on where one has.
is_done() { [ "$(grep -c '"event":"session-end"' "$work/acs.events")" -ge 12 ]; }
count() { grep -c "\"event\":\"$1\"" "$work/cpe.events"; }
rests() {
	kill -STOP "$cpe"
	wait_until grep -q '^State:.T' "/proc/$cpe/status"
	[ "$(count session-start)" = "$(count session-end)" ] && return
	kill -CONT "$cpe"
	return 1
}
wait_until is_done || fail "there are too few sessions"
wait_until rests || fail "the CPEs always have a session"
kill -INT "$cpe"
kill -CONT "$cpe"
wait "$cpe" || fail "a status of $?"
for agent in $acs $check; do
	kill -INT "$agent"
	wait "$agent" || fail "a status of $?"
done
sessions=$(sed -n 's/.*"event":"stopped","sessions":\([0-9]*\),"failed":0,"refused":0,"devices":4.*/\1/p' "$work/acs.events")
grep -q "^ok  $sessions sessions of 4 devices: no rule was seen broken" "$work/check.log" ||
	fail "the check saw other than the $sessions sessions that were, or finds something"
