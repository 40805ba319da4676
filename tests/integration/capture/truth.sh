#!/bin/sh
# Generated captures in which some CPEs or ACSs are wrong, and a list of them: exactly those
# must be reported, each with the right rule on the right frame; without keys nobody.
set -eu

tool="$CWMPLAB_SOURCE/../shared/tools/cwmpgen.c"
[ -f "$tool" ] || exit 77
command -v jq >/dev/null || exit 77
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cc -O2 -o "$dir/cwmpgen" "$tool" -lssl -lcrypto || exit 77

# truth lines: address, kind, rule, frame (0: an absence), rules that may be found besides.
compare() {
	awk -F'\t' '
		NR == FNR {
			if ($0 !~ /^#/) {
				rule[$1] = $3; frame[$1] = $4
				also[$1] = "," $5 ","; wrong++
			}
			next
		}
		!($1 in rule) { print "not wrong: " $0; bad = 1; next }
		$2 == rule[$1] && (frame[$1] == 0 || frame[$1] == $3) { found[$1] = 1; next }
		index(also[$1], "," $2 ",") == 0 { print "another rule or frame: " $0; bad = 1 }
		END {
			for (cpe in rule)
				if (!(cpe in found)) {
					print "not found: " cpe " " rule[cpe] " " frame[cpe]
					bad = 1
				}
			print wrong " wrong CPEs"
			exit bad
		}' "$dir/truth" "$dir/found"
}

while read -r cpes options; do
	keys=
	case "$options" in *-t*) keys="--keylog $dir/keys" ;; esac
	# shellcheck disable=SC2086
	"$dir/cwmpgen" -n "$cpes" -k 512 --bad 17 --truth "$dir/truth" -K "$dir/keys" \
		-o "$dir/x.pcap" $options 2>"$dir/log" || { cat "$dir/log"; exit 1; }
	# shellcheck disable=SC2086
	"$CWMPLAB" check "$dir/x.pcap" --json $keys >"$dir/out.json" && exit 1
	jq -r '.findings[] | [.cpe, .rule, .frame] | @tsv' "$dir/out.json" >"$dir/found"
	compare >"$dir/verdict" || { echo "FAILED: $options"; head -20 "$dir/verdict"; exit 1; }
	echo "ok  $options: $(cat "$dir/verdict")"
	[ -n "$keys" ] || continue
	"$CWMPLAB" check "$dir/x.pcap" --json >"$dir/out.json" ||
		{ echo "FAILED: $options without keys"; exit 1; }
	jq -e '(.findings | length) == 0 and .counts.sessions > 0' "$dir/out.json" >/dev/null
	echo "ok  $options without keys: nothing is called wrong"
done <<'LIST'
8000 --dhcp
1000 --comware --auth
1000 --retrans 20 --ooo 20 --dup 10 --gap 5 --dhcp
1000 -t 13 --dhcp
1000 -t 12 --dhcp
LIST
