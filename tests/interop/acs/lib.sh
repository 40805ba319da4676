# Sourced first by each test: goes into a network of its own (no root is needed), where no
# port is taken, and brings an ACS over TLS on its loopback.
set -eu

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_dir=$(cd "$here/../../.." && pwd)
cwmplab=${CWMPLAB:-$source_dir/build/cwmplab}
acs_pki=${ACS_PKI:-$source_dir/build/interop_acs_pki}
PATH=$PATH:/usr/sbin:/sbin
. "$source_dir/tests/support/patience.sh"

skip() { echo "skipped: $*"; exit 77; }
fail() { cat "$work"/acs.log "$work"/acs.events 2>/dev/null; echo "FAILED: $*"; exit 1; }
need() {
	local program

	for program in "$@"; do
		command -v "$program" >/dev/null || skip "$program is not installed"
	done
}
need unshare ip
[ -x "$cwmplab" ] && [ -x "$acs_pki" ] || skip "the programs are not built"

if [ -z "${INSIDE_SANDBOX:-}" ]; then
	unshare --user --map-root-user --net true 2>/dev/null ||
		skip "this user may make no namespaces"
	INSIDE_SANDBOX=1 exec unshare --user --map-root-user --net bash "$0" "$@"
fi
ip link set lo up
work=$(mktemp -d)
acs=
trap '[ -z "$acs" ] || kill "$acs" 2>/dev/null || true; rm -rf "$work"' EXIT

# start_acs PORT [FLAG...]
start_acs() {
	port=$1
	url=https://acs1.lab:$port/cwmp
	shift
	"$acs_pki" "$work" || fail "no certificates"
	: >"$work/acs.events"
	cat >"$work/policy.yaml" <<-EOT
	rules:
	  - on: any
	    steps:
	      - get: [ManagementServer.URL]
	EOT
	"$cwmplab" acs --listen "127.0.0.1:$port" --url "$url" --policy "$work/policy.yaml" \
		--tls-cert "$work/acs.pem" --tls-key "$work/acs.key" "$@" \
		>"$work/acs.events" 2>"$work/acs.log" &
	acs=$!
	wait_until answers || fail "no ACS"
	kill -0 "$acs" 2>/dev/null || fail "no ACS"
}

# Whether it serves, or never will.
answers() { grep -q '"ready"' "$work/acs.events" || ! kill -0 "$acs" 2>/dev/null; }
