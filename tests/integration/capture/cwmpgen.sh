#!/bin/sh
# Generated captures whose every session is known: all CPEs must be found to have moved, in
# the clear and decrypted, also with segments repeated, swapped and captured twice. What a
# capture does not show must never be called failed.
set -eu

tool="$CWMPLAB_SOURCE/../shared/tools/cwmpgen.c"
[ -f "$tool" ] || exit 77
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cc -O2 -o "$dir/cwmpgen" "$tool" -lssl -lcrypto || exit 77
cpes=100

generate() {
	"$dir/cwmpgen" -n $cpes -k 32 "$@" -K "$dir/keys" -o "$dir/x.pcap" 2>"$dir/log" || {
		cat "$dir/log"
		exit 1
	}
}

fail() {
	echo "FAILED: $*"
	cat "$dir/out"
	exit 1
}

check() {
	"$CWMPLAB" check -r "$dir/x.pcap" --sequence acs-migration "$@" >"$dir/out" 2>&1
}

while read -r options; do
	# shellcheck disable=SC2086
	generate $options
	keys=
	case "$options" in *-t*) keys="--keylog $dir/keys" ;; esac
	# shellcheck disable=SC2086
	check $keys || fail "$options"
	grep -q "^ok  acs-migration for $cpes of $cpes CPEs" "$dir/out" || fail "$options"
	echo "ok  $options"
done <<-'EOF'
	--dhcp
	--dhcp --comware --auth
	--dns --auth
	--retrans 20 --ooo 20 --dup 10
	-t 13 --dhcp
	-t 12 --auth
	-t 13 --retrans 20 --ooo 20 --dup 10
EOF

generate --dhcp --gap 5
check && fail "holes prove nothing"
grep -e failed -e FAILED "$dir/out" &&
	fail "a hole was called a failure"
echo "ok  holes are not judged"

generate -t 13
check && fail "without keys nothing is proved"
grep -q "secrets for 0" "$dir/out" || fail "the missing keys are not named"
grep -q -e failed -e FAILED "$dir/out" && fail "what is encrypted was called a failure"
echo "ok  without keys nothing is judged"

generate --dhcp --bad 10 --truth "$dir/truth"
check && fail "wrong CPEs passed"
# Kind 2, another cwmp:ID, is no matter of the sequence.
grep -v '^#' "$dir/truth" | awk -F '\t' '$2 != 2 { print $1 }' | sort >"$dir/expected"
grep ") failed, frame " "$dir/out" | awk '{ print $1 }' | sort >"$dir/found"
cmp "$dir/expected" "$dir/found" || fail "others than the wrong CPEs were named"
echo "ok  the wrong CPEs, and no others"
