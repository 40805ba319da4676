#!/usr/bin/env bash
# Connection requests to CPEs, by curl, which is nobody's of ours, and by our ACS: who is let in,
# how often, and which sessions follow.
set -euo pipefail
source_dir=${CWMPLAB_SOURCE:-$(cd "$(dirname "$0")/../../.." && pwd)}
cwmplab=${CWMPLAB:-$source_dir/build/cwmplab}
command -v curl >/dev/null || { echo "skipped: curl is not installed"; exit 77; }
. "$source_dir/tests/support/sandbox.sh"
wait_for() { wait_until grep -sq -- "$2" "$1" || fail "no \"$2\" in ${1##*/}"; }
ip link set lo up

sed -e 's/ConnectionRequestUsername: {/&value: acs, /' \
	-e 's/ConnectionRequestPassword: {/&value: call-me, /' \
	"$source_dir/topologies/models/hp5920.yaml" >"$work/model.yaml"

# ---- twenty CPEs behind one listener, and one at the ACS's own address ---------------------

"$cwmplab" acs --listen 127.0.0.1:7547 --auth none --call-username acs --call-password call-me \
	--call-after 100ms >"$work/acs.events" 2>"$work/acs.log" &
wait_for "$work/acs.events" '"ready"'
cat >"$work/cpe.yaml" <<EOT
model: $work/model.yaml
acs: {url: "http://127.0.0.1:7547/cwmp"}
connection-requests: {limit: 4, period: 24h}
cpes:
  - {name: a, count: 20, netns: /proc/$$/ns/net, address: 127.0.0.9, serial: HP0001}
  - {name: b}
EOT
"$cwmplab" cpe --config "$work/cpe.yaml" >"$work/cpe.events" 2>"$work/cpe.log" &
cpe=$!

came() { [ "$(grep -c '"event":"call".*"ok":true,"outcome":"came"' "$work/acs.events")" = 21 ]; }
wait_until came || fail "$(grep -c '"ok":true,"outcome":"came"' "$work/acs.events") calls came of 21"
[ "$(grep -ic ' 0900007F:1D7B 00000000:0000 0A ' /proc/net/tcp)" = 1 ] || fail "listeners of 127.0.0.9"

# url_of NODE: its ConnectionRequestURL; sessions NODE: how many it began.
url_of() { sed -n "s/.*\"node\":\"$1\",\"event\":\"reachable\",\"url\":\"\([^\"]*\)\".*/\1/p" "$work/cpe.events" | tail -n 1; }
sessions() { grep -c "\"node\":\"$1\",\"event\":\"session-start\"" "$work/cpe.events" || true; }
called() { grep -c "\"node\":\"$1\",\"event\":\"session-start\".*6 CONNECTION REQUEST" "$work/cpe.events" || true; }
case $(url_of b) in
http://127.0.0.1:7547/*) fail "b listens where the ACS does" ;;
http://127.0.0.1:[0-9]*/*) ;;
*) fail "b listens at $(url_of b)" ;;
esac

# ask STATUS URL OPTION...: what curl is answered.
ask() {
	local wanted=$1 url=$2 got

	shift 2
	got=$(curl -s -D "$work/head" -o "$work/body" -w '%{http_code}' --max-time "$patience" "$@" "$url") ||
		fail "curl $*: status $?"
	[ "$got" = "$wanted" ] || fail "curl $*: $got for $wanted"
	[[ " $* " == *" --head "* ]] || [ ! -s "$work/body" ] || fail "curl $*: a body"
}
right=(--digest -u acs:call-me)
url=$(url_of a-7)
ask 401 "$url"
grep -qi '^WWW-Authenticate: Digest ' "$work/head" || fail "no challenge: $(cat "$work/head")"
ask 401 "$url" --digest -u acs:guess
ask 401 "$url" --digest -u eve:call-me
ask 401 "$url" -u acs:call-me
ask 404 "${url%/*}/0123456789abcdef" "${right[@]}"
ask 404 "$url/" "${right[@]}"
ask 405 "$url" -X POST "${right[@]}"
ask 405 "$url" --head "${right[@]}"
[ "$(called a-7)" = 1 ] || fail "$(called a-7) sessions after calls that were refused"

# The ACS has called once: three more are within the limit, and a body does not matter.
# comes N: waits for the session of the N-th call.
comes() {
	has_come() { [ "$(called a-7)" = "$1" ]; }
	wait_until has_come "$1" || fail "no session for call $1"
}
ask 200 "$url" "${right[@]}"
comes 2
ask 200 "$url" "${right[@]}" -X GET --data x
comes 3
ask 200 "$url" "${right[@]}" -H 'Connection: close'
comes 4
ask 503 "$url" "${right[@]}"
! grep -qi '^Retry-After' "$work/head" || fail "a Retry-After"
ask 200 "$(url_of a-8)" "${right[@]}" # the limit is each CPE's own
wait_for "$work/cpe.events" '"node":"a-7","event":"call","address":"127.0.0.1","by":"http","status":503'
[ "$(called a-7)" = 4 ] || fail "$(called a-7) sessions for 4 calls"
kill "$cpe"
wait "$cpe" || fail "the CPEs: status $?"

# ---- by IPv6: the CPE listens at both addresses, and has one limit for both ---------------

if grep -q ' lo$' /proc/net/if_inet6 2>/dev/null; then
	sed -e '/^  - {name: a/d; s/{name: b}/{name: d, address: 127.0.0.10, address6: "::1"}/' \
		"$work/cpe.yaml" >"$work/six.yaml"
	"$cwmplab" cpe --config "$work/six.yaml" >"$work/cpe.events" 2>"$work/six.log" &
	six=$!
	six_came() { [ "$(grep -c '"event":"call".*"ok":true,"outcome":"came"' "$work/acs.events")" = 22 ]; }
	wait_until six_came || fail "the ACS does not call by IPv6: $(grep '"call"' "$work/acs.events" | tail -n 1)"
	wait_for "$work/cpe.events" '"node":"d","event":"call","address":"::1","by":"http","status":200'
	url=$(url_of d)
	[[ $url == 'http://[::1]:'[0-9]* ]] || fail "d is to be called at $url"
	port=$(sed -n 's/^ *[0-9]*: 0A00007F:\([0-9A-F]*\) 00000000:0000 0A .*/\1/p' /proc/net/tcp)
	four=http://127.0.0.10:$((0x$port))/${url##*/}
	ask 401 "$url" -g
	ask 200 "$url" -g "${right[@]}"
	ask 200 "$four" "${right[@]}"
	ask 200 "$url" -g "${right[@]}"
	ask 503 "$url" -g "${right[@]}"
	ask 503 "$four" "${right[@]}"
	kill "$six"
	wait "$six" || fail "the CPE of IPv6: status $?"
fi

# ---- while a session runs: the calls are answered, one session comes after it --------------
# It runs for as long as the ACS says nothing: till that is killed, not for a time.

"$cwmplab" acs --listen 127.0.0.2:7547 --auth none --misbehave silent \
	>"$work/silent.events" 2>"$work/silent.log" &
silent=$!
wait_for "$work/silent.events" '"ready"'
sed -e 's/127.0.0.1/127.0.0.2/; /^  - {name: a/d; s/{name: b}/{name: c}/' -e '$a wait-timeout: 1800s' \
	"$work/cpe.yaml" >"$work/busy.yaml"
"$cwmplab" cpe --config "$work/busy.yaml" >"$work/cpe.events" 2>"$work/busy.log" &
wait_for "$work/cpe.events" '"node":"c","event":"reachable"'
wait_for "$work/cpe.events" '"session-start"'
url=$(url_of c)
ask 200 "$url" "${right[@]}"
ask 200 "$url" "${right[@]}"
[ "$(sessions c)" = 1 ] || fail "a second session while one runs"
kill -KILL "$silent"
wait_for "$work/cpe.events" '"session-end"'
wait_for "$work/cpe.events" '"events":\["0 BOOTSTRAP","1 BOOT","6 CONNECTION REQUEST"\]'
[ "$(sessions c)" = 2 ] || fail "$(sessions c) sessions for the calls of one"

# ---- no listener on a network that is not the lab's ---------------------------------------

ip address add 192.0.2.1/32 dev lo
"$cwmplab" acs --listen 192.0.2.1:7547 --auth none >"$work/far.events" 2>"$work/far.log" &
wait_for "$work/far.events" '"ready"'
"$cwmplab" cpe --acs-url http://192.0.2.1:7547/cwmp --once >"$work/deaf.events" 2>"$work/deaf.log" ||
	fail "the deaf CPE: status $?"
! grep -q '"reachable"' "$work/deaf.events" || fail "it listens at 192.0.2.1"
grep -q 'nobody listens for connection requests' "$work/deaf.log" || fail "it does not say so"
