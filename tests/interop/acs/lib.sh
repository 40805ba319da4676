# Sourced first by each test: an ACS over TLS on loopback, at a port of its own choice.
set -eu

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_dir=$(cd "$here/../../.." && pwd)
cwmplab=${CWMPLAB:-$source_dir/build/cwmplab}
acs_pki=${ACS_PKI:-$source_dir/build/interop_acs_pki}
work=$(mktemp -d)
acs=
trap '[ -z "$acs" ] || kill "$acs" 2>/dev/null || true; rm -rf "$work"' EXIT

skip() { echo "skipped: $*"; exit 77; }
fail() { echo "FAILED: $*"; cat "$work/acs.log" "$work/acs.events"; exit 1; }
need() {
	local program

	for program in "$@"; do
		command -v "$program" >/dev/null || skip "$program is not installed"
	done
}
[ -x "$cwmplab" ] && [ -x "$acs_pki" ] || skip "the programs are not built"

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
	local end=$((SECONDS + 10))

	until grep -q '"ready"' "$work/acs.events"; do
		kill -0 "$acs" 2>/dev/null && [ $SECONDS -lt $end ] || fail "no ACS"
	done
}
