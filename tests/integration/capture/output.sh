#!/usr/bin/env bash
# output.sh: what decode and check hand on. The packets of a session that --write takes out
# are those that tshark shows of it, decrypted by its own secrets and no others; HAR and
# NDJSON are what their readers want; no secret is in any format; a full disk and a broken
# capture cost one line and exit status 2 or 3, and leave nothing behind.
set -euo pipefail
tool="$CWMPLAB_SOURCE/../shared/tools/cwmpgen.c"
[ -f "$tool" ] || exit 77
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work
cd "$work"
cc -O2 -o cwmpgen "$tool" -lssl -lcrypto || exit 77

fail() {
	echo "FAILED: $*"
	exit 1
}

# refuses STATUS LINE COMMAND...: that exit status, that one line on standard error.
refuses() {
	local want=$1 line=$2 status=0

	shift 2
	"$@" >stdout 2>stderr || status=$?
	[ $status = "$want" ] || fail "$*: exit $status, not $want: $(cat stderr)"
	[ "$(wc -l <stderr)" = 1 ] || fail "$*: not one line: $(cat stderr)"
	grep -qF -e "$line" stderr || fail "$*: $(cat stderr)"
}

# messages FILE FILTER [TSHARK-OPTION...]: the HTTP messages as tshark shows them.
messages() {
	local file=$1 filter=$2

	shift 2
	tshark -n -r "$file" "$@" -d tcp.port==7548,tls -Y "http && ($filter)" -T fields \
		-e http.request.method -e http.response.code -e http.content_length 2>/dev/null
}

# ---- packets --------------------------------------------------------------------------

if command -v tshark >/dev/null; then
	for version in 12 13; do
		./cwmpgen -n 12 -k 6 --dhcp --auth -t $version -K keys -o t.pcap 2>/dev/null
		"$CWMPLAB" decode t.pcap --keylog keys --session 7 --write w.pcapng \
			--json >w.json
		port=$(jq '.sessions[0].connections[0]["client-port"]' w.json)
		cpe=$(jq -r '.sessions[0].cpe' w.json)
		mine="ip.addr == $cpe && tcp.port == $port"
		messages t.pcap "$mine" -o "tls.keylog_file:$PWD/keys" >want
		messages w.pcapng tcp >got
		[ -s want ] || fail "tshark shows no message of session 7"
		cmp want got || fail "TLS $version: other messages than those of session 7"
		want=$(tshark -n -r t.pcap -Y "tcp && $mine" 2>/dev/null | wc -l)
		got=$(tshark -n -r w.pcapng -Y tcp 2>/dev/null | wc -l)
		[ "$want" = "$got" ] || fail "TLS $version: $got TCP frames, not $want"
		[ "$(tshark -n -r w.pcapng -Y dhcp 2>/dev/null | wc -l)" = 4 ] ||
			fail "TLS $version: the lease of the CPE is not there"
		[ "$(tshark -n -r w.pcapng -Y dns 2>/dev/null | wc -l)" -ge 2 ] ||
			fail "TLS $version: the look-up of the CPE is not there"
		randoms=$(grep -aoE '(CLIENT|SERVER)_[A-Z_0-9]+ [0-9a-f]{64} ' w.pcapng |
			awk '{ print $2 }' | sort -u | wc -l)
		[ "$randoms" = 1 ] || fail "TLS $version: secrets of $randoms connections"
		[ "$(stat -c %a w.pcapng)" = 600 ] || fail "others may read the secrets"
		"$CWMPLAB" decode w.pcapng --json >again.json
		for file in w again; do
			jq -c '.sessions[0].messages[] | [.kind, .name, .detail]' $file.json >$file
		done
		cmp w again || fail "TLS $version: we read other messages from it"
		echo "ok  --write of a session in TLS 1.${version#1}"
	done
fi
cat t.pcap 2>/dev/null | "$CWMPLAB" decode - --keylog keys --table >stdout ||
	fail "standard input cannot be read"
refuses 2 "standard input cannot be read twice" \
	"$CWMPLAB" decode - --keylog keys --write w2.pcapng <t.pcap

# ---- formats --------------------------------------------------------------------------

./cwmpgen -n 5 -k 3 --dhcp --comware --auth -o c.pcap 2>/dev/null
"$CWMPLAB" decode c.pcap -f har -o c.har
jq -e '.log | .version == "1.2" and (.pages | length) == 10 and (.entries | length) == 40
	and (.entries | all(.time >= 0 and (.startedDateTime | endswith("Z"))
		and (.request | has("method") and has("url") and has("httpVersion")
			and has("cookies") and has("headers") and has("queryString")
			and has("headersSize") and has("bodySize"))
		and (.response | has("status") and has("statusText") and has("content")
			and has("redirectURL"))
		and (.timings | has("send") and has("wait") and has("receive"))
		and ([.timings.connect, .timings.send, .timings.wait, .timings.receive]
			| map(select(. >= 0)) | add) - .time < 0.001))' c.har >/dev/null ||
	fail "the HAR is not as its readers want it"
[ "$(jq '[.log.entries[].response.status] | map(select(. == 401)) | length' c.har)" = 10 ] ||
	fail "the HAR shows other challenges than there are"
"$CWMPLAB" decode c.pcap -f ndjson -o c.ndjson
[ "$(jq -r .id c.ndjson | sort | uniq -d | wc -l)" = 0 ] || fail "ids are not unique"
[ "$(jq -r 'select(.name == "Inform").id' c.ndjson | wc -l)" = 20 ] || fail "not 20 Informs"
"$CWMPLAB" decode c.pcap -f ndjson | cmp - c.ndjson || fail "ids are not stable"
"$CWMPLAB" decode c.pcap --stats --json |
	jq -e '[.phases[].count] == [5, 10, 10, 0, 10, 10]' >/dev/null || fail "--stats"
echo "ok  HAR, NDJSON and statistics"

# What is a secret in this capture: passwords in option 43 and in Set, responses, cookies.
{
	strings -n 12 c.pcap | sed -n 's|.*7547/acs [^ ]* \([0-9A-Za-z]\{6,\}\).*|\1|p'
	"$CWMPLAB" decode c.pcap -f ndjson --show-secrets | jq -r '.head // "", .body // ""' |
		tr '>;' '\n\n' | sed -n 's/^\(new[0-9a-f]*\)<.*/\1/p
			s/.*response="\([0-9a-f]*\)".*/\1/p; s/.*session=\([0-9a-f]*\).*/\1/p'
} | sort -u >secrets
[ "$(wc -l <secrets)" -ge 15 ] || fail "only $(wc -l <secrets) secrets are known"
for format in text json ndjson har mermaid html; do
	"$CWMPLAB" decode c.pcap -f $format >shown
	grep -qFf secrets shown && fail "a secret is in $format: $(grep -oFf secrets shown | head -1)"
	"$CWMPLAB" check c.pcap -f $format >shown || true
	grep -qFf secrets shown && fail "a secret is in check's $format"
done
"$CWMPLAB" decode c.pcap -f har --show-secrets >shown
grep -qFf secrets shown || fail "--show-secrets shows none"
echo "ok  secrets are redacted in all formats"

# What never came is found long after the session: the frame of the finding leads there, and
# every format has it with its session.
./cwmpgen -n 6 -k 3 --dhcp --bad 2 --truth truth -o absent.pcap 2>/dev/null
"$CWMPLAB" check absent.pcap --rule URL-03 --json >stdout && fail "URL-03 is kept"
frame=$(jq '.findings[0].frame' stdout) serial=$(jq -r '.findings[0].serial' stdout)
"$CWMPLAB" check absent.pcap --rule URL-03 >stdout && fail "URL-03 is kept"
grep -qx "FAILED .* cwmplab decode absent.pcap --frame $frame" stdout || fail "no next step is named"
"$CWMPLAB" decode absent.pcap --rule URL-03 --frame "$frame" --json |
	jq -e --arg serial "$serial" '.sessions[0].id == .findings[0].session
		and .sessions[0].serial == $serial and .devices[0].findings == 1' >/dev/null ||
	fail "frame $frame does not lead to $serial"
"$CWMPLAB" decode absent.pcap --rule URL-03 --frame "$frame" >stdout
grep -q "URL-03, must" stdout || fail "the ladder has no URL-03"
"$CWMPLAB" decode absent.pcap --rule URL-03 --frame "$frame" -f mermaid >stdout
grep -q "Note over p0,p1: URL-03: the ACS URL was set" stdout || fail "the diagram has no URL-03"
ln -s absent.pcap "my capture.pcap"
"$CWMPLAB" check "my capture.pcap" --rule URL-03 >stdout && fail "URL-03 is kept"
grep -q "cwmplab decode 'my capture.pcap' --frame $frame" stdout || fail "a name is not quoted"
"$CWMPLAB" check - --rule URL-03 <absent.pcap >stdout && fail "URL-03 is kept"
grep -q "cwmplab decode" stdout && fail "standard input is to be read again"
./cwmpgen -n 4 -k 2 -t 12 -K its-keys --bad 2 -o tls.pcap 2>/dev/null
"$CWMPLAB" check tls.pcap --keylog its-keys >stdout && fail "two of four CPEs are wrong"
grep -q "cwmplab decode tls.pcap --keylog its-keys --frame" stdout || fail "the key log is not named"
echo "ok  an absence belongs to the session before it"

# ---- what goes wrong ------------------------------------------------------------------

size=$(stat -c %s c.pcap)
head -c $((size - 7)) c.pcap >cut.pcap
refuses 2 "cut.pcap: cut off: it ends inside the record at byte" "$CWMPLAB" check cut.pcap
[ -s stdout ] || fail "what is before the cut is not shown"
refuses 2 "cut.pcap: cut off" "$CWMPLAB" decode cut.pcap
./cwmpgen -n 4 -k 2 --bad 2 -o bad.pcap 2>/dev/null
head -c $(($(stat -c %s bad.pcap) - 7)) bad.pcap >cutbad.pcap
refuses 1 "cutbad.pcap: cut off" "$CWMPLAB" check cutbad.pcap
head -c 24 c.pcap >none.pcap
refuses 2 "none.pcap: no CWMP session is in it: 0 packets" "$CWMPLAB" check none.pcap
refuses 2 "c.pcap: no CWMP session is what the options choose" "$CWMPLAB" decode c.pcap --fault any
(echo "hello world"; cat keys 2>/dev/null) >junk
refuses 2 "junk: 1 line is no secret of a key log" "$CWMPLAB" check c.pcap --keylog junk
: >empty.pcap
refuses 2 "empty.pcap: is empty" "$CWMPLAB" check empty.pcap
for verb in "decode c.pcap" "decode c.pcap -f ndjson" "check c.pcap" "check c.pcap --stats"; do
	refuses 3 "standard output: No space left on device" \
		bash -c "\"\$CWMPLAB\" $verb >/dev/full"
done
refuses 2 "no/such/folder/x.html" "$CWMPLAB" decode c.pcap -f html -o no/such/folder/x.html
echo "ok  input and output that go wrong"

# A disk of 64 kB, where the kernel lets us make one.
cat >full.sh <<-'EOF'
	mkdir -p disk && mount -t tmpfs -o size=64k tmpfs disk || exit 77
	echo kept >disk/x.html
	status=0
	"$CWMPLAB" decode c.pcap -f "$1" "$2" disk/x.html >/dev/null 2>line || status=$?
	[ $status = 3 ] || { echo "exit $status"; exit 1; }
	[ "$(wc -l <line)" = 1 ] && grep -q "^disk/x.html: .*No space left" line || { cat line; exit 1; }
	[ "$(ls disk)" = x.html ] && [ "$(cat disk/x.html)" = kept ] || { ls disk; exit 1; }
EOF
for way in "html -o" "text -w"; do
	status=0
	# shellcheck disable=SC2086
	unshare -rm bash full.sh $way || status=$?
	[ $status = 0 ] || [ $status = 77 ] || fail "a full disk, $way"
done
[ $status = 77 ] && echo "skipped: no disk of 64 kB here" || echo "ok  a full disk leaves what was there"
