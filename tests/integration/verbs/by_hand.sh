#!/usr/bin/env bash
# Agents by hand: lines for people on a terminal, JSON elsewhere, a summary and an honest exit
# status after Ctrl-C; and what they get along with.
set -euo pipefail
source_dir=${CWMPLAB_SOURCE:-$(cd "$(dirname "$0")/../../.." && pwd)}
cwmplab=${CWMPLAB:-$source_dir/build/cwmplab}
. "$source_dir/tests/support/sandbox.sh"
command -v script >/dev/null || { echo "skipped: no script(1)"; exit 77; }
ip link set lo up
cd "$work"
export CWMPLAB_SHARE=$source_dir
url=http://127.0.0.1:7547/cwmp

# starts NAME ARGUMENT...: an agent in the background on a terminal of script(1); what it tells is in
# NAME.log, its process in NAME.pid.
starts() {
	local name=$1

	shift
	rm -f "$name.pid" "$name.log"
	script -qefc "echo \$\$ >$name.pid; exec $cwmplab $*" "$name.log" >/dev/null </dev/null &
	eval "script_$name=$!"
	wait_until grep -sq 'ready' "$name.log" || fail "$name is not ready"
}
# ends NAME STATUS: by Ctrl-C.
ends() {
	local script=script_$1 status=0

	kill -INT "$(cat "$1.pid")"
	wait "${!script}" || status=$?
	[ "$status" = "$2" ] || fail "$1 ended with $status, not $2"
}
# says NAME WORDS
says() { wait_until grep -qF -- "$2" "$1.log" || fail "$1 does not say \"$2\""; }
# informs STATUS ARGUMENT...: one session of a CPE in a pipe, which is told as JSON in cpe.events.
informs() {
	local status=0

	timeout "$patience" "$cwmplab" cpe --once "${@:2}" >cpe.events 2>cpe.log || status=$?
	[ "$status" = "$1" ] || fail "cpe ${*:2}: status $status, not $1"
}

# ---- on a terminal --------------------------------------------------------------------

starts acs acs
starts cpe cpe --acs-url $url
says acs 'acs: ready, CPEs find it at http://127.0.0.1:7547/cwmp'
says cpe 'cpe: ready, 1 CPEs of model hp5920, seed '
says cpe "cpe: informs $url: 0 BOOTSTRAP, 1 BOOT"
says cpe 'cpe: session over'
says acs ' informs from 127.0.0.1: 0 BOOTSTRAP, 1 BOOT'
says acs ': session over'
ends cpe 0
ends acs 0
says cpe 'cpe: stopped after 1 sessions of 1 CPEs, 0 failed'
says acs 'acs: stopped after 1 sessions, 0 failed, and 0 refused requests; 1 CPEs known'
! grep -F '{' acs.log cpe.log || fail "JSON on a terminal"
! grep -E ' (info|warn) (acs|cpe): ' acs.log cpe.log || fail "the log says it once more"

starts acs acs --json
says acs '"event":"ready"'
ends acs 0
says acs '"event":"stopped","sessions":0'

# ---- more CPEs than one: a summary; of a crowd a line a second in the place of each one's -----

starts acs acs
starts cpe cpe --acs-url $url --count 30
says cpe 'cpe: ready, 30 CPEs of model hp5920, seed '
says cpe '   1 s  offered '
ends cpe 0
says cpe 'sessions  30 offered  30 started  30 completed  0 failed  0 shed  0 open'
says cpe 'intended start'
! grep -F 'cpe-7: informs' cpe.log || fail "each of a crowd is told"
starts cpe cpe --acs-url $url --count 2
says cpe 'cpe-2: informs'
says cpe 'cpe-2: session over'
ends cpe 0
says cpe 'sessions  2 offered  2 started  2 completed'
informs 0 --acs-url $url --count 21
[ "$(grep -c '"event":"session-end"' cpe.events)" = 21 ] || fail "programs do not get each event"
grep -q 'sessions  21 offered' cpe.log || fail "no summary: $(cat cpe.log)"
ends acs 0

# ---- what a CPE does wrong beside its model ---------------------------------------------

starts acs acs
informs 0 --acs-url $url --quirk lower-case-oui --quirk no-bootstrap
says acs '00e0fc-HP5920-000000000001: informs from 127.0.0.1: 1 BOOT'
ends acs 0
informs 2 --acs-url $url --quirk no-heder
grep -q 'unknown quirk "no-heder"' cpe.log || fail "not told: $(cat cpe.log)"
grep -q 'did you mean "no-header"?' cpe.log || fail "no hint: $(cat cpe.log)"

# ---- an ACS that is down, and one that refuses ------------------------------------------

informs 1 --acs-url $url
grep -q '"event":"session-end".*"ok":false,"layer":"TCP"' cpe.events || fail "not told"
grep -q '"event":"stopped","sessions":1,"failed":1,"cpes":1,"unwell":1' cpe.events ||
	fail "no summary"

starts acs acs --username cpe --password s3cret
informs 1 --acs-url $url --username cpe --password wrong
says acs '127.0.0.1: refused with 401 at /cwmp, as "cpe": the credentials are wrong'
informs 0 --acs-url $url --username cpe --password s3cret
ends acs 1
says acs 'acs: stopped after 1 sessions, 0 failed, and 1 refused requests'

# A session that is on its way when the CPE is stopped is no failure: here it waits for a file.
cat >download.yaml <<'EOF'
rules:
  - on: [0 BOOTSTRAP]
    steps:
      - {rpc: Download, file-type: 2 Web Content, url: "http://127.0.0.1:7548/f", command-key: k}
EOF
{ echo "transfers: {told: response}"; cat "$source_dir/topologies/models/hp5920.yaml"; } >waits.yaml
starts silent acs --listen 127.0.0.1:7548 --misbehave silent
starts acs acs --policy download.yaml
starts cpe cpe --acs-url $url --model ./waits.yaml
says cpe 'cpe: downloads http://127.0.0.1:7548/f'
ends cpe 0
says cpe 'cpe: stopped after 1 sessions of 1 CPEs, 1 failed'
! grep -F 'not well' cpe.log || fail "it counts as not well"
kill -INT "$(cat acs.pid)"
wait "$script_acs" || true
# One that the ACS does not answer is.
starts cpe cpe --acs-url http://127.0.0.1:7548/cwmp
says cpe 'cpe: informs http://127.0.0.1:7548/cwmp: 0 BOOTSTRAP, 1 BOOT'
ends cpe 1
ends silent 0

# What ends a session is told once, as its end.
starts acs acs
exec 4<>/dev/tcp/127.0.0.1/7547
printf 'POST /cwmp HTTP/1.1\r\nHost: acs\r\nContent-Type: text/xml\r\nContent-Length: 4\r\n\r\n<a/>' >&4
says acs '127.0.0.1: session failed: no CWMP message'
exec 4>&-
ends acs 1
! grep -F 'refused with 400' acs.log || fail "it is told twice"
says acs 'acs: stopped after 1 sessions, 1 failed, and 0 refused requests; 0 CPEs known'

# ---- what it gets along with ------------------------------------------------------------

starts acs acs
informs 1 --acs-url http://127.0.0.1:7547/acs
says acs '127.0.0.1: refused with 404 at /acs: the ACS is at another path'
ends acs 1
starts acs acs --any-path --no-xml-declaration
informs 0 --acs-url 'http://127.0.0.1:7547/acs?a=b'
ends acs 0

{ echo "basic-over-http: yes"; cat "$source_dir/topologies/models/hp5920.yaml"; } >basic.yaml
starts acs acs --auth basic --username cpe --password s3cret
says acs 'Basic without TLS: the password'
informs 1 --acs-url $url --username cpe --password s3cret
informs 0 --acs-url $url --username cpe --password s3cret --model ./basic.yaml
ends acs 0

# Who knows Basic alone where digest is asked for.
starts acs acs --username cpe --password s3cret
exec 4<>/dev/tcp/127.0.0.1/7547
printf 'POST /cwmp HTTP/1.1\r\nHost: acs\r\nAuthorization: Basic Y3BlOnMzY3JldA==\r\nContent-Length: 0\r\n\r\n' >&4
says acs '127.0.0.1: refused with 401 at /cwmp: the CPE offers Basic, this ACS wants Digest (--auth basic, or auth: basic, takes it)'
exec 4>&-
ends acs 1

# Who only looks whether somebody listens, as monitors do, was refused nothing.
if command -v openssl >/dev/null; then
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tls.key -out tls.pem \
		-days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 2>/dev/null
	starts acs acs --tls-cert tls.pem --tls-key tls.key --url https://127.0.0.1:7547/cwmp --verbose
	exec 4<>/dev/tcp/127.0.0.1/7547
	exec 4>&-
	says acs '127.0.0.1: has connected, and closed without a byte'
	ends acs 0
	says acs '0 refused requests'
fi

# Each version.
for version in 1.0 1.1 1.2 1.3 1.4; do
	{ echo "cwmp: {version: \"$version\"}"; cat "$source_dir/topologies/models/hp5920.yaml"; } >v.yaml
	starts acs acs
	informs 0 --acs-url $url --model ./v.yaml
	ends acs 0
done

# ---- a URL at which nobody listens is not told ------------------------------------------

ip address add 192.0.2.1/32 dev lo
starts acs acs --listen 192.0.2.1:7547 --state acs.db
informs 0 --acs-url http://192.0.2.1:7547/cwmp
ends acs 0
! grep -q 'http://192.0.2.1:7547/[0-9a-f]\{16\}' acs.db || fail "the CPE names its ACS's port"

# ---- links between two interfaces ---------------------------------------------------------

ip link add left type veth peer name a
ip link add right type veth peer name b
for interface in left a right b; do ip link set dev $interface up; done
echo 'links: [{name: l, node: {interface: a}, switch: {interface: b}, set: up.delay=1ms}]' >linkd.yaml
starts linkd linkd --config linkd.yaml
ends linkd 0

# ---- a router that announces itself --------------------------------------------------------

echo 'ports: [{interface: a, prefix: 2001:db8:0:1::1/64}]' >routerd.yaml
starts routerd routerd --config routerd.yaml
ends routerd 0
echo 'trusted: left' >snoopd.yaml
starts snoopd snoopd --config snoopd.yaml
ends snoopd 0

# ---- a DHCP relay --------------------------------------------------------------------------

ip address add 10.99.0.1/24 dev left
starts relay relay --interface left --address 10.99.0.1/24 --server 10.98.0.2 --circuit-id '{port}'
ends relay 0

# ---- mistakes: one line, status 2 --------------------------------------------------------

# mistakes WORDS ARGUMENT...
mistakes() {
	local status=0

	"$cwmplab" "${@:2}" >out.log 2>err.log </dev/null || status=$?
	[ "$status" = 2 ] || fail "${*:2}: status $status, not 2"
	[ "$(wc -l <err.log)" = 1 ] && [ ! -s out.log ] || fail "${*:2}: not one line"
	grep -qF -- "$1" err.log || fail "${*:2}: no \"$1\""
}
mistakes '--tls-key: a certificate wants its key, and a key its certificate' acs --tls-key x
mistakes '--tls-cert: a certificate wants its key, and a key its certificate' acs --tls-cert x
mistakes 'a certificate wants its key, and a key its certificate' cpe --acs-url $url --tls-key x
mistakes '/nowhere/calls.csv: error: cannot be opened: No such file or directory' \
	acs --call-file /nowhere/calls.csv
mistakes 'key log /nowhere/keys cannot be written: No such file or directory' acs --keylog /nowhere/keys
mistakes 'key log /nowhere/keys cannot be written: No such file or directory' \
	cpe --acs-url $url --keylog /nowhere/keys
