#!/usr/bin/env bash
# Captures of public repositories: as many HTTP requests, responses and DHCP messages as
# tshark sees, in each file. public.txt has a row for each; a difference that it does not
# explain fails, and so does one that is gone.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_dir=$(cd "$here/../../.." && pwd)
captures=${CWMPLAB_SOURCE:-$source_dir}/../shared/captures
count=${COUNT_MESSAGES:-$source_dir/build/count_messages}

skip() { echo "skipped: $*"; exit 77; }
command -v tshark >/dev/null || skip "tshark is not installed"
[ -d "$captures" ] || skip "no captures at $captures"
[ -x "$count" ] || skip "count_messages is not built"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# tshark_counts FILE [OPTION...]: "requests/responses/DHCP". A frame with several messages
# has their values with commas between.
tshark_counts() {
	local file=$1

	shift
	tshark -n "$@" -r "$file" -Y 'http.request or http.response or dhcp or dhcpv6' \
		-T fields -E separator='|' -e http.request.method \
		-e http.response.code -e dhcp.type -e dhcpv6.msgtype 2>>"$work/tshark.err" |
		awk -F'|' '$1 != "" { requests += split($1, unused, ",") }
			$2 != "" { responses += split($2, unused, ",") }
			$3 != "" || $4 != "" { dhcp++ }
			END { print requests + 0 "/" responses + 0 "/" dhcp + 0 }'
}

# row FILE: "file ours tshark"; where tshark sees something else, twice if its answer depends on
# whether it puts segments in order.
row() {
	local file=$1 name=${1#"$captures"/} keys ours plain ordered
	local -a secrets=() options=()

	keys=$captures/keys/$(basename "${file%.*}").keys
	if [ -f "$keys" ]; then
		secrets=(-k "$keys")
		options=(-o "tls.keylog_file:$keys")
	fi
	ours=$("$count" "${secrets[@]}" "$file" | awk '{ print $2 "/" $3 "/" $4 }')
	plain=$(tshark_counts "$file" "${options[@]}")
	if [ "$ours" != "$plain" ]; then
		ordered=$(tshark_counts "$file" "${options[@]}" \
			-o tcp.reassemble_out_of_order:TRUE)
		[ "$ordered" = "$plain" ] || plain=$plain,$ordered
	fi
	echo "$name ${ours:-failed} $plain" >"$work/row.${name//\//_}"
}

running=0
for file in "$captures"/*/*.pcap*; do
	row "$file" &
	running=$((running + 1))
	[ $((running % 4)) -ne 0 ] || wait
done
wait
cat "$work"/row.* >"$work/rows"

awk -v rows="$work/rows" '
	FILENAME == rows {
		n++
		if (!($1 in ours)) {
			print $1 ": is not in public.txt: ours " $2 ", tshark " $3
			failed = 1
		} else if ($2 != ours[$1] || $3 != (tshark[$1] == "=" ? $2 : tshark[$1])) {
			print $1 ": ours " $2 ", tshark " $3 "; expected " ours[$1] \
				" and " tshark[$1]
			failed = 1
		}
		delete ours[$1]
		next
	}
	/^#/ || NF == 0 { next }
	{
		ours[$1] = $2
		tshark[$1] = $3
		if (($3 == "=") != (NF == 3)) {
			print $1 ": a difference needs its reason, and no other row one"
			failed = 1
		}
	}
	END {
		for (name in ours) {
			print name ": has a row, but there is no such capture"
			failed = 1
		}
		print n + 0 " captures"
		exit failed || n == 0
	}' "$here/public.txt" "$work/rows"
