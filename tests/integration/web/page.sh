#!/usr/bin/env bash
# page.sh OUT LOOKER: a lab with a link that can be pulled out and a switch with a console, its page,
# and LOOKER (test_web_page.c) in a real browser. Pictures stay in OUT. 77: no browser, or no lab.
set -euo pipefail
out=$1 looker=$2
command -v chromium >/dev/null && command -v curl >/dev/null || exit 77
mkdir -p "$out"
work=$(mktemp -d)
name=web-page-$$
page=
. "$CWMPLAB_SOURCE/tests/support/patience.sh"
finish() {
	"$CWMPLAB" down "$name" >/dev/null 2>&1 || true
	[ -z "$page" ] || wait "$page" || true
	rm -rf "$work"
}
trap finish EXIT

fail() {
	echo "FAILED: $*"
	exit 1
}

cat >"$work/topology.yaml" <<END
name: $name
nodes:
  sw1: {kind: switch}
  dns: {kind: dns, attach: sw1, address: 10.0.0.3/24}
  dhcp:
    kind: dhcp
    attach: sw1
    address: 10.0.0.2/24
    pools:
      - range: 10.0.0.100-10.0.0.199
        dns: [dns]
        acs: {format: comware, url: http://acs.lab:7547/cwmp}
  acs: {kind: acs, attach: sw1, address: 10.0.0.11/24, url: http://acs.lab:7547/cwmp}
  home: {kind: cpe, attach: {switch: sw1, link: plain}, model: hp5920, periodic-inform: 2s}
  access: {kind: switch, attach: sw1, cwmp: {model: managed-switch, console: {sysname: access}}}
END
status=0
"$CWMPLAB" up "$work" --out "$work/out" >"$work/log" 2>&1 || status=$?
[ "$status" != 3 ] || exit 77
[ "$status" = 0 ] || fail "$(cat "$work/log")"
# With few descriptors, so that a crowd that says nothing is as large for it as a thousand are else.
(
	ulimit -n 256
	exec "$CWMPLAB" web "$name" >"$work/url" 2>"$work/web.log"
) &
page=$!
wait_until test -s "$work/url"
read -r said url <"$work/url"
[ "$said" = "$name:" ] || fail "it says $(cat "$work/url")"

# Who does not know the token, or comes from another page, sees nothing.
answer() { curl -s -o "$work/answer" -w '%{http_code}' "$@"; }
host=${url%/*/}
[ "$(answer "$host/")" = 403 ] || fail "it is open without a token"
[ "$(answer "$host/00112233445566778899aabbccddeeff/lab")" = 403 ] || fail "any token opens it"
[ "$(answer -H 'Origin: http://lab.example' "${url}lab")" = 403 ] || fail "any page can ask"
[ "$(answer -H 'Host: lab.example' "${url}lab")" = 403 ] || fail "any name leads here"
[ "$(answer "${url}lab")" = 200 ] || fail "the lab: $(cat "$work/answer")"
curl -s "${url}lesson" | grep -qv '"task"' || fail "a lesson goes on here"
status=0
"$CWMPLAB" web "$name" --port "${host##*:}" >"$work/answer" 2>&1 || status=$?
[ "$status" = 2 ] && grep -q 'something else listens there' "$work/answer" ||
	fail "a port that is taken: status $status, $(cat "$work/answer")"
# Nothing but that one port of loopback.
ss -Hltnp 2>/dev/null | grep "pid=$page," >"$work/listeners" || true
[ "$(wc -l <"$work/listeners")" -le 1 ] || fail "it listens at $(cat "$work/listeners")"

# Who says nothing gives way to who does, and takes the page no descriptor that its decoder needs.
for ((i = 0; i < 300; i++)); do
	exec {silent}<>"/dev/tcp/127.0.0.1/${host##*:}"
done
URL=$url PICTURES=$out LAB=$name PAGE=$page "$looker"

# What a page has started ends with it, also where that is killed.
"$CWMPLAB" web "$name" >"$work/second" &
second=$!
wait_until test -s "$work/second"
curl -sN -o /dev/null "$(cut -d' ' -f2 "$work/second")stream" &
reads() { decoder=$(pgrep -P "$second" -f ' decode '); }
wait_until reads || fail "nothing reads its sessions"
kill -KILL "$second"
wait "$second" || true
is_gone() { ! grep -qs '^State:.[^Z]' "/proc/$decoder/status"; }
wait_until is_gone || fail "a decoder is left of a page that was killed"

# The page ends with the lab.
"$CWMPLAB" down "$name" >/dev/null
status=0
wait "$page" || status=$?
page=
[ "$status" = 0 ] || fail "it ended with $status: $(cat "$work/web.log")"
[ ! -s "$work/web.log" ] || fail "it said $(cat "$work/web.log")"
