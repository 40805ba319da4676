#!/usr/bin/env bash
# The vendor's own example, whose length byte is wrong: it goes out byte for byte, and the
# client reads what is there and says what was odd.
set -euo pipefail
. "$(dirname "$0")/../../interop/dhcp/lib.sh"

wrong=013b$(text_hex 'http://acs.database:9090/acs vicky 12345')
"$cwmplab" dhcpd --interface eth-s --address 10.77.0.2/24 --range 10.77.0.100-10.77.0.199 \
	--acs-hex "$wrong" >"$work/server.log" 2>&1 &
wait_for "$work/server.log" '"event":"ready"'
"${on_client[@]}" "$dhcp_client" eth0 >"$work/client.log" 2>&1 &
wait_for "$work/client.log" \
	"^bound .*layout=comware url=http://acs.database:9090/acs user=vicky .*deviations=1 option43=$wrong "
