#!/usr/bin/env bash
# pages.sh OUT: report pages in a real browser, without a console error: that of figure-2's
# lab, and that of a generated capture of 1,000 sessions. Links into the pages choose
# sessions, messages and views. What is written in colours can be read in both themes.
# Screenshots stay in OUT.
set -euo pipefail
out=$1
tool="$CWMPLAB_SOURCE/../shared/tools/cwmpgen.c"
command -v chromium >/dev/null || exit 77
mkdir -p "$out"
work=$(mktemp -d)
. "$CWMPLAB_SOURCE/tests/support/patience.sh"
trap 'rm -rf "$work"' EXIT
export HOME=$work
flags=(--headless --disable-gpu --enable-logging=stderr --v=0 --window-size=1400,1800
	--virtual-time-budget=20000)
[ "$(id -u)" != 0 ] || flags+=(--no-sandbox)

fail() {
	echo "FAILED: $*"
	exit 1
}

# console URL: what the page says on its console.
console() {
	timeout "$patience" chromium "${flags[@]}" --dump-dom "$1" 2>&1 >"$work/dom" |
		grep 'CONSOLE' || true
}

# page FILE HASH NAME TEXT...: opens without a word on the console, shows every TEXT.
page() {
	local url="file://$1#$2" name=$3 said

	shift 3
	said=$(console "$url")
	[ -z "$said" ] || fail "$name: $said"
	for text; do
		grep -qF -e "$text" "$work/dom" || fail "$name: \"$text\" is not shown"
	done
	timeout "$patience" chromium "${flags[@]}" --screenshot="$out/$name.png" "$url" 2>/dev/null
	[ "$(stat -c %s "$out/$name.png")" -gt 20000 ] || fail "$name: an empty picture"
	echo "ok  $name"
}

# A page that throws must be noticed, or all else here means nothing.
echo '<!doctype html><script>nobody.here()</script>' >"$work/wrong.html"
[ -n "$(console "file://$work/wrong.html")" ] || fail "errors of pages are not seen"

# ---- what can be read ------------------------------------------------------------------

# colour NAME NTH FILE: the NTH value of that variable: 1 by day, 2 by night.
colour() {
	grep -o -e "--$1: #[0-9a-f]*" "$3" | sed -n "$2s/.*#//p"
}

# contrast A B: of two colours (WCAG 2.2, 1.4.3).
contrast() {
	awk -v a="$1" -v b="$2" '
		function digit(c) { return index("0123456789abcdef", c) - 1 }
		function part(h, i,   v) {
			if (length(h) == 3)
				v = digit(substr(h, i + 1, 1)) * 17
			else
				v = digit(substr(h, 2 * i + 1, 1)) * 16 + digit(substr(h, 2 * i + 2, 1))
			v /= 255
			return v <= 0.03928 ? v / 12.92 : exp(2.4 * log((v + 0.055) / 1.055))
		}
		function light(h) {
			return 0.2126 * part(h, 0) + 0.7152 * part(h, 1) + 0.0722 * part(h, 2)
		}
		BEGIN {
			x = light(a); y = light(b)
			print (x > y ? (x + 0.05) / (y + 0.05) : (y + 0.05) / (x + 0.05))
		}'
}

template=$CWMPLAB_SOURCE/capture/report/report_page.html
for nth in 1 2; do
	for pair in bg/bad bg/ok ink/card soft/card soft/tint accent/tint warn/card warn/tint bad/card; do
		is=$(contrast "$(colour "${pair%/*}" $nth "$template")" "$(colour "${pair#*/}" $nth "$template")")
		awk -v is="$is" 'BEGIN { exit !(is >= 4.5) }' ||
			fail "theme $nth: ${pair%/*} on ${pair#*/} has a contrast of $is"
	done
done
echo "ok  contrast of both themes"

# Under a name of its own: others may run the same lab on this machine.
mkdir "$work/topology"
cp "$CWMPLAB_SOURCE"/topologies/figure-2/*.yaml "$work/topology"
sed -i "s/^name: .*/name: pages-$$/; s/within: [0-9]*s/within: ${patience}s/" \
	"$work/topology/topology.yaml"
status=0
"$CWMPLAB" run "$work/topology" --out "$work/lab" >"$work/log" 2>&1 || status=$?
if [ $status = 3 ]; then
	echo "skipped: figure-2 cannot run here"
else
	[ $status = 0 ] || fail "figure-2: $(tail -3 "$work/log")"
	page "$work/lab/report.html" "" figure-2 'class="badge ok"' 'Steps of cpe-1' \
		'DHCP lease with the ACS in option 43'
	"$CWMPLAB" check "$work/lab/capture.pcapng" >"$work/log" || fail "$(cat "$work/log")"
	grep -q '^ok ' "$work/log" || fail "$(cat "$work/log")"
	echo "ok  figure-2 breaks no rule"
fi

[ -f "$tool" ] || exit 77
cc -O2 -o "$work/cwmpgen" "$tool" -lssl -lcrypto || exit 77
"$work/cwmpgen" -n 500 -k 64 --dhcp --auth --bad 17 --truth "$work/truth" \
	-o "$work/x.pcap" 2>/dev/null
"$CWMPLAB" decode "$work/x.pcap" --format html -o "$work/x.html"
grep -q -e 'src=' -e 'href=' "$work/x.html" && fail "the page asks for other files"
frame=$(awk -F '\t' '$3 == "SOAP-09" { print $4; exit }' "$work/truth")
page "$work/x.html" "" many '985 sessions' 'SES-09 8' 'SOAP-09 7' 'URL-03 7' 'URL-05 7'
page "$work/x.html" "session=777" session '>session 777<' 'POST /acs HTTP/1.1' \
	'cwmp:Inform'
page "$work/x.html" "session=777&view=hex" hex 'class="hex"' '000000  50 4f 53 54 20'
page "$work/x.html" "frame=$frame&rule=SOAP-09" finding 'InformResponse carries cwmp:ID' \
	'must, by the acs' 'HTTP/1.1 200 OK' 'cwmp:InformResponse'
page "$work/x.html" "search=SN00000123" search '2 of 985 sessions'
page "$work/x.html" "search=no%20such%20words" nothing '0 of 985 sessions'

# On a telephone and on paper, for who looks at the pictures.
timeout "$patience" chromium "${flags[@]}" --window-size=390,844 \
	--screenshot="$out/phone.png" "file://$work/x.html#session=777" 2>/dev/null
timeout "$patience" chromium "${flags[@]}" --print-to-pdf="$out/print.pdf" \
	"file://$work/x.html#session=777" 2>/dev/null
for picture in phone.png print.pdf; do
	[ "$(stat -c %s "$out/$picture")" -gt 5000 ] || fail "$picture is empty"
done
echo "ok  telephone and paper"
