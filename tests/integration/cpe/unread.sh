#!/usr/bin/env bash
# Agents by hand whose output nobody reads: 2,000 CPEs are served, what was said is there for a
# reader who comes late, and SIGTERM is obeyed. And an Inform that is far too long.
set -euo pipefail
source_dir=${CWMPLAB_SOURCE:-$(cd "$(dirname "$0")/../../.." && pwd)}
cwmplab=${CWMPLAB:-$source_dir/build/cwmplab}
. "$source_dir/tests/support/sandbox.sh"
ip link set lo up
url=http://127.0.0.1:7547/cwmp
mkfifo "$work/acs.out" "$work/cpe.out" "$work/quiet.out"
# Somebody has each of them open for reading, or they would be nobody's; and rests.
exec 7<>"$work/acs.out" 8<>"$work/cpe.out" 9<>"$work/quiet.out"

# listens PORT
listens() {
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# acs PORT OUT ERR: with $acs as its process.
acs() {
	"$cwmplab" acs --listen "127.0.0.1:$1" --url "http://127.0.0.1:$1/cwmp" --auth none \
		>"$2" 2>"$3" &
	acs=$!
	wait_until listens "$1" || fail "no ACS on port $1"
}

# ends PROCESS STATUS: by SIGTERM, in order.
ends() {
	local status=0

	kill -TERM "$1"
	timeout "$patience" tail --pid="$1" -f /dev/null || fail "SIGTERM is not obeyed"
	wait "$1" || status=$?
	[ "$status" = "$2" ] || fail "SIGTERM: status $status, not $2"
}

acs 7547 "$work/acs.out" "$work/acs.log"
timeout "$patience" "$cwmplab" cpe --acs-url "$url" --count 2000 --once \
	>"$work/cpe.out" 2>"$work/cpe.log" || fail "2,000 CPEs: status $?"
grep -q 'events were never read from standard output' "$work/cpe.log" ||
	fail "the CPEs do not say what was lost"

# A reader who comes late misses nothing: 2,000 Informs and 2,000 ends.
informs=0 ends=0
while [ "$ends" -lt 2000 ]; do
	IFS= read -r -t "$patience" line <&7 || fail "told were $informs Informs, $ends ends"
	case $line in
	*'"event":"inform"'*) informs=$((informs + 1)) ;;
	*'"event":"session-end"'*'"ok":true'*) ends=$((ends + 1)) ;;
	esac
done
[ "$informs" = 2000 ] || fail "told were $informs of 2000 Informs"
timeout "$patience" "$cwmplab" cpe --acs-url "$url" --count 2000 --once \
	>"$work/cpe.out" 2>>"$work/cpe.log" || fail "2,000 CPEs once more: status $?"

# The log goes where nobody reads, too.
timeout "$patience" "$cwmplab" cpe --acs-url "$url" --count 2000 --once --verbose \
	>"$work/quiet.out" 2>&1 || fail "2,000 CPEs that log: status $?"
ends "$acs" 0
grep -q 'events were never read from standard output' "$work/acs.log" ||
	fail "the ACS does not say what was lost"

# A SerialNumber of 70,000 characters: refused, in lines of at most 64 KiB.
long=$(head -c 70000 /dev/zero | tr '\0' x)
body="<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"
 xmlns:c=\"urn:dslforum-org:cwmp-1-2\"><e:Body><c:Inform><DeviceId><Manufacturer>m</Manufacturer>
<OUI>0000E2</OUI><ProductClass>p</ProductClass><SerialNumber>$long</SerialNumber></DeviceId>
</c:Inform></e:Body></e:Envelope>"
acs 7548 "$work/long.events" "$work/long.log"
exec 3<>/dev/tcp/127.0.0.1/7548
printf 'POST /cwmp HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s' \
	${#body} "$body" >&3
timeout "$patience" cat <&3 >"$work/answer"
grep -q '<FaultCode>8003</FaultCode>' "$work/answer" || fail "$(head -c 2000 "$work/answer")"
wait_until grep -q 'SerialNumber has 70000 characters, at most 64 go' "$work/long.events" ||
	fail "no event says so"
ends "$acs" 1 # a session failed
awk 'length($0) > 65536 { exit 1 }' "$work/long.events" || fail "a line of more than 64 KiB"
