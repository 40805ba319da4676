#!/usr/bin/env bash
# routers.sh: 5,000 CPEs behind routers against one ACS. Each street is a switch with some hundreds of
# homes and a router, which relays their DHCP requests to a server in another network; a router more
# leads to the ACS. So a broadcast reaches a street and no more, and no node has more neighbours than
# its street has homes: the table of neighbours that all namespaces share (doctor) never fills, also
# since those of routers and CPEs that have leased are entered as permanent ones, which do not count.
# A line for each figure with its goal; status 1 where one is missed. Needs a machine that does nothing
# else, 12,000 descriptors, and 4 GB.
#
# STREETS (20), HOMES (250): of each; WAIT (300): seconds until all are to be known.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
build=$(dirname "$cwmplab")/bench_build
streets=${STREETS:-20} homes=${HOMES:-250} wait=${WAIT:-300}
all=$((streets * homes))
[ -x "$cwmplab" ] && [ -x "$build" ] || { echo "skipped: $cwmplab or $build is not built"; exit 77; }
need jq
failed=0
lab=bench-routers-$$
trap '"$cwmplab" down "$lab" >/dev/null 2>&1 || true; finish' EXIT

# holds WHAT FIGURE LEAST MOST [UNIT]: a line; "-" has no bound.
holds() {
	local is

	is=$(awk -v a="$2" -v least="$3" -v most="$4" 'BEGIN {
		print (least == "-" || a + 0 >= least + 0) && (most == "-" || a + 0 <= most + 0) ? "holds" : "missed"
	}')
	[ "$is" = holds ] || failed=1
	printf '%-50s %12s %-5s goal %8s to %-8s %s\n' "$1" "$2" "${5:-}" "$3" "$4" "$is"
}

# As bench_build has it.
topology() {
	local i

	cat <<-END
		name: $lab
		nodes:
		  core: {kind: switch}
		  far: {kind: switch}
		  border:
		    kind: router
		    ports: [core 10.0.0.254/24, far 10.1.0.1/24]
		    routes:
	END
	for ((i = 0; i < streets; i++)); do
		echo "      - {to: 10.$((16 + i)).0.0/22, via: 10.0.0.$((1 + i))}"
	done
	cat <<-END
		  acs: {kind: acs, attach: far, address: 10.1.0.11/24, url: http://10.1.0.11:7547/cwmp}
		  dhcp:
		    kind: dhcp
		    attach: far
		    address: 10.1.0.2/24
		    pools:
	END
	for ((i = 0; i < streets; i++)); do
		echo "      - range: 10.$((16 + i)).0.10-10.$((16 + i)).3.254"
		echo "        subnet: 10.$((16 + i)).0.0/22"
		echo "        acs: {format: tr069, url: http://10.1.0.11:7547/cwmp}"
	done
	for ((i = 0; i < streets; i++)); do
		cat <<-END
			  street$i: {kind: switch}
			  edge$i:
			    kind: router
			    ports: [street$i 10.$((16 + i)).0.1/22, core 10.0.0.$((1 + i))/24]
			    routes: [{to: default, via: 10.0.0.254}]
			    relay: dhcp
			  home$i: {kind: cpe, count: $homes, attach: street$i, model: hp5920}
		END
	done
}

# How often an entry found no room, since this machine started.
overflows() {
	local n=0 more

	for more in $(awk 'NR == 1 {for (i = 1; i <= NF; i++) if ($i == "table_fulls") at = i; next}
		{print $at}' /proc/net/stat/arp_cache); do
		n=$((n + 16#$more))
	done
	echo "$n"
}
events() { grep -c "\"event\":\"$1\"" "$work/out/events.jsonl" || true; }
known() { "$cwmplab" inspect "$lab" acs 2>/dev/null | tail -n +3 | wc -l; }
all_known() {
	[ "$(events lease)" -ge "$all" ] || { read -rt 0.5 <> <(:) || true; return 1; }
	[ "$(known)" -ge "$all" ]
}
# ms_of NAME: processor time of the lab's programs whose command line has this.
ms_of() {
	"$cwmplab" exec "$lab" acs sh -c 'for p in /proc/[0-9]*; do
		tr "\0" " " <"$p/cmdline" 2>/dev/null | grep -q "$1" && sed "s/.*) //" "$p/stat"
	done' - "$1" 2>/dev/null | awk -v hz="$(getconf CLK_TCK)" '{n += ($12 + $13) * 1000 / hz} END {print n + 0}'
}

topology >"$work/lab.yaml"
before=$(overflows)
begun=$(date +%s%3N)
"$cwmplab" up "$work/lab.yaml" --out "$work/out" >"$work/up" 2>&1 || { cat "$work/up"; exit 1; }
up=$(($(date +%s%3N) - begun))
until_true "$wait" all_known || true
took=$(($(date +%s%3N) - begun))
built=$(jq -r 'select(.event == "built") | .took_ns / 1e6 | floor' "$work/out/events.jsonl" | head -n 1)
holds "built, of $all CPEs behind $((streets + 1)) routers" "$built" - - ms
holds 'up' "$up" - - ms
holds 'leases' "$(events lease)" "$all" -
holds 'CPEs that the ACS knows' "$(known)" "$all" -
holds 'all of them, after' "$took" - - ms
holds 'sessions that failed' "$(grep -c '"event":"session-end".*"ok":false' "$work/out/events.jsonl" || true)" 0 0
holds 'neighbours that found no room' $(($(overflows) - before)) 0 0
for name in 'cwmplab cpe' 'cwmplab acs' 'cwmplab dhcpd' 'cwmplab relay'; do
	holds "processor time of $name" "$(ms_of "$name")" - - ms
done
"$cwmplab" down "$lab" >/dev/null
"$build" "$streets" "$homes" >"$work/build" || failed=1
cat "$work/build"
exit $failed
