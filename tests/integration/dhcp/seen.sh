#!/usr/bin/env bash
# A capture at the server's own interface shows what the server says, too.
set -euo pipefail
. "$(dirname "$0")/../../interop/dhcp/lib.sh"

our_server
"$cwmplab" check -i eth-s --sequence bootstrap -w "$work/seen.pcapng" >"$work/check.log" 2>&1 &
check=$!
is_capturing() { grep -q ' 0003 ' /proc/net/packet; } # a socket of all protocols
wait_until is_capturing || fail "nobody captures"
"${on_client[@]}" "$dhcp_client" eth0 >"$work/client.log" 2>&1 &
wait_for "$work/client.log" '^bound address=10\.77\.0\.100/24 '
kill -INT $check || fail "check has ended: $(cat "$work/check.log")"
wait $check || true
"$cwmplab" decode "$work/seen.pcapng" >"$work/decode.log" 2>&1 || true
grep -q 'option 43 (comware) http://10.77.0.2:9090/acs' "$work/decode.log" ||
	fail "the capture has no answer of the server"
! grep -q 'no offer' "$work/check.log" || fail "check says that there was no offer"
