#!/usr/bin/env bash
# pages.sh OUT MKCAP LOOKER: makes report pages, then LOOKER (test_pages.c) opens them in a real
# browser: of figure-2's lab, of the same lab with a name that nobody knows, of captures that are
# broken, failed and not judged, of a text and, where the program that generates it is there, of
# a capture of 1,000 sessions. Pictures stay in OUT. 77: no browser here.
set -euo pipefail
out=$1 mkcap=$2 looker=$3
tool="$CWMPLAB_SOURCE/../shared/tools/cwmpgen.c"
command -v chromium >/dev/null || exit 77
mkdir -p "$out"
work=$(mktemp -d)
. "$CWMPLAB_SOURCE/tests/support/patience.sh"
trap 'rm -rf "$work"' EXIT

fail() {
	echo "FAILED: $*"
	exit 1
}

# html NAME FILE [OPTION...]: NAME.html of a capture or a text, whatever is in it.
html() {
	local name=$1 status=0

	shift
	"$CWMPLAB" check "$@" --format html -o "$work/$name.html" 2>"$work/log" || status=$?
	[ "$status" -le 2 ] && [ -s "$work/$name.html" ] || fail "$name: $(cat "$work/log")"
}

# lab NAME WITHIN SCRIPT: NAME.html of figure-2 with an edit, under a name of its own: others may
# run the same lab on this machine. False where no lab can run.
lab() {
	local name=$1 within=$2 edit=$3 status=0

	mkdir "$work/$name"
	cp "$CWMPLAB_SOURCE"/topologies/figure-2/*.yaml "$work/$name"
	sed -i "s/^name: .*/name: pages-$name-$$/; s/within: [0-9]*s/within: ${within}s/; $edit" \
		"$work/$name/topology.yaml"
	"$CWMPLAB" run "$work/$name" --out "$work/$name/out" >"$work/log" 2>&1 || status=$?
	[ "$status" != 3 ] || return 1
	[ "$status" = "$4" ] || fail "$name: $(tail -3 "$work/log")"
	cp "$work/$name/out/report.html" "$work/$name.html"
}

if lab figure-2 "$patience" "" 0; then
	capture=$work/figure-2/out/capture.pcapng
	"$CWMPLAB" check "$capture" >"$work/log" || fail "$(cat "$work/log")"
	grep -q '^ok ' "$work/log" || fail "$(cat "$work/log")"
	lab lab-failed 5 's,url: https://acs1.lab:7548/cwmp\, username,url: https://acs9.lab:7548/cwmp\, username,' 1
else
	echo "skipped: figure-2 cannot run here"
fi
"$mkcap" "$CWMPLAB_SOURCE/tests/unit/capture/written/failures.script" "$work/failures.pcap"
"$mkcap" "$CWMPLAB_SOURCE/tests/rules/SES-14.break" "$work/broken.pcap"
cat >"$work/unjudged.script" <<'END'
lease url=https://10.0.0.11:7548/acs
open acs:7548 mss=1400
hello sni=acs.lab version=1.3
> record 23 010203040506070809
< record 23 0102030405
close
END
"$mkcap" "$work/unjudged.script" "$work/unjudged.pcap"
html failed "$work/failures.pcap"
html steps-failed "$work/failures.pcap" --sequence acs-migration
html broken "$work/broken.pcap"
html unjudged "$work/unjudged.pcap"
html text "$CWMPLAB_SOURCE/tests/unit/capture/texts/debug-unanswered.json"

frame=0
if [ -f "$tool" ] && cc -O2 -o "$work/cwmpgen" "$tool" -lssl -lcrypto; then
	"$work/cwmpgen" -n 500 -k 64 --dhcp --auth --bad 17 --truth "$work/truth" \
		-o "$work/x.pcap" 2>/dev/null
	"$CWMPLAB" decode "$work/x.pcap" --format html -o "$work/many.html"
	frame=$(awk -F '\t' '$3 == "SOAP-09" { print $4; exit }' "$work/truth")
fi
for page in "$work"/*.html; do
	! grep -q -e 'src=' -e 'href=' "$page" || fail "$page asks for other files"
done
PAGES=$work PICTURES=$out FRAME=$frame "$looker"
