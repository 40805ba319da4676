#!/usr/bin/env bash
# Whole DISCOVER-OFFER-REQUEST-ACK exchanges a second, our server against Kea without
# persistence: the highest rate at which perfdhcp loses at most 1 % in bursts of two
# seconds, by bisection; and the CPU time an exchange costs the server at a rate that both
# manage. In namespaces of an ordinary user.
set -euo pipefail
if [ -z "${INSIDE_SANDBOX:-}" ]; then
	unshare --user --map-root-user --net true 2>/dev/null ||
		{ echo "skipped: this user may make no namespaces"; exit 77; }
	INSIDE_SANDBOX=1 exec unshare --user --map-root-user --mount --net --pid --fork \
		--kill-child --mount-proc bash "$0" "$@"
fi
. "$(dirname "$0")/lib.sh"
need perfdhcp
need kea-dhcp4
[ -x "$cwmplab" ] || { echo "skipped: $cwmplab is not built"; exit 77; }

rounds=${1:-3}      # of which the median counts
steps=${2:-5}       # of a bisection
highest=${3:-24000} # exchanges a second; perfdhcp itself does no more
common=1000         # rate for the CPU time

mount -t tmpfs tmpfs /run
unshare --net sleep infinity &
client=$!
pids+=("$client")
until [ "$(readlink /proc/$client/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do :; done
on_client=(nsenter --net=/proc/$client/ns/net)
ip link set lo up
ip link add eth-s type veth peer name eth0 netns "$client"
ip address add 10.77.0.2/16 dev eth-s
ip link set eth-s up
"${on_client[@]}" ip link set lo up
"${on_client[@]}" ip address add 10.77.0.9/16 dev eth0
"${on_client[@]}" ip link set eth0 up

cat >"$work/kea.json" <<CONF
{"Dhcp4": {"interfaces-config": {"interfaces": ["eth-s"]},
  "lease-database": {"type": "memfile", "persist": false}, "valid-lifetime": 3600,
  "subnet4": [{"subnet": "10.77.0.0/16", "pools": [{"pool": "10.77.1.0 - 10.77.250.255"}],
    "option-data": [{"name": "routers", "data": "10.77.0.1"},
      {"name": "domain-name-servers", "data": "10.77.0.3"}]}],
  "loggers": [{"name": "kea-dhcp4", "severity": "ERROR", "output_options": [{"output": "stdout"}]}]
}}
CONF

# Each burst meets a fresh server, so that no side fills up or warms up.
server=0
start_ours() {
	"$cwmplab" dhcpd --interface eth-s --address 10.77.0.2/16 --router 10.77.0.1 \
		--dns 10.77.0.3 --range 10.77.1.0-10.77.250.255 >"$work/ours.log" 2>&1 &
	server=$!
	until_true 5 grep -qs '"ready"' "$work/ours.log"
}
start_kea() {
	rm -f "$work"/*.pid
	KEA_PIDFILE_DIR=$work KEA_LOCKFILE_DIR=none kea-dhcp4 -c "$work/kea.json" \
		>"$work/kea.log" 2>&1 &
	server=$!
	# It says nothing at this level; it listens when port 67 is taken.
	until_true 15 grep -q ':0043 ' /proc/net/udp
}
stop_server() {
	kill -KILL "$server" 2>/dev/null || true
	wait "$server" 2>/dev/null || true
}

# burst SIDE RATE: exchanges done, CPU ms and the worse loss in hundredths of a percent.
burst() {
	"start_$1"
	"${on_client[@]}" perfdhcp -4 -l eth0 -r "$2" -R 60000 -p 2 10.77.0.2 \
		>"$work/perfdhcp" 2>&1 || true
	cpu=$(cpu_ms "$server")
	stop_server
	read -r done_ loss < <(awk '/^received packets:/ {done = $3} /^drops ratio:/ {
		if ($3 > worst) worst = $3 } END {printf "%d %d\n", done, worst * 100}' \
		"$work/perfdhcp")
}

# holds SIDE RATE: at most 1 % lost, in one of two bursts: other work on the machine makes
# perfdhcp miss replies that were sent.
holds() {
	local try

	for try in 1 2; do
		burst "$1" "$2"
		[ "$done_" -gt 0 ] && [ "$loss" -le 100 ] && return 0
	done
	return 1
}

# best SIDE: the highest rate that holds.
best() {
	local low=1000 high=$highest middle i

	for ((i = 0; i < steps; i++)); do
		middle=$(((low + high) / 2))
		if holds "$1" "$middle"; then low=$middle; else high=$middle; fi
	done
	echo "$low"
}

cpu_per_exchange() {
	burst "$1" "$common"
	awk -v ms="$cpu" -v n="$done_" 'BEGIN {printf "%d\n", n ? ms * 1000 / n : 0}'
}

for ((round = 0; round < rounds; round++)); do
	best ours >>"$work/ours.rates"
	best kea >>"$work/kea.rates"
	cpu_per_exchange ours >>"$work/ours.us"
	cpu_per_exchange kea >>"$work/kea.us"
done
ours=$(median <"$work/ours.rates")
kea=$(median <"$work/kea.rates")
row "DHCP exchanges, against Kea" "$ours /s" "$kea /s" "$(ratio "$ours" "$kea")" 1.0
ours=$(median <"$work/ours.us")
kea=$(median <"$work/kea.us")
row "DHCP server CPU, against Kea" "$ours us each" "$kea us each" "$(ratio "$kea" "$ours")" 1.0
