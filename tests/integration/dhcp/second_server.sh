#!/usr/bin/env bash
# What the server says when it cannot serve: another one is there, the interface is not, the
# file is wrong. The exit status is that of every verb.
set -euo pipefail
. "$(dirname "$0")/../../interop/dhcp/lib.sh"

expect() {
	local status=$1 words=$2 got=0

	shift 2
	"$cwmplab" dhcpd "$@" >"$work/second.log" 2>&1 || got=$?
	[ "$got" = "$status" ] || fail "status $got, not $status"
	grep -qF -- "$words" "$work/second.log" || fail "no \"$words\""
}

our_server
flags=(--address 10.77.0.2/24 --range 10.77.0.100-10.77.0.199)
expect 3 'another DHCP server runs here' --interface eth-s "${flags[@]}"
expect 3 'No such device' --interface eth9 "${flags[@]}"
expect 2 "the server's own address 10.77.0.2 is in it" --interface eth-s \
	--address 10.77.0.2/24 --range 10.77.0.1-10.77.0.9
expect 2 'did you mean' --config <(echo 'interfac: eth-s')
expect 2 'is no option' --interfaces eth-s
echo "dear diary" >"$work/diary"
ip link add spare type veth peer name eraps
expect 2 'is no lease file' --interface spare "${flags[@]}" --lease-file "$work/diary"
