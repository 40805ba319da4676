#!/usr/bin/env bash
# inside.sh SOURCE BUILD [STAGE...]: what "run" has the other kernel do. A line each; status 1 where
# one failed, 77 where nothing did.
source_dir=$1 build=$2
shift 2
wanted=" $* "
export CWMPLAB=$build/cwmplab CWMPLAB_SOURCE=$source_dir CWMPLAB_SHARE=$source_dir CWMPLAB_TEST_SLOW=20
export HOME=/tmp/home SOURCE=$source_dir METER=$build/link_meter BUILD=$build
status=0
mkdir -p "$HOME" && chmod 777 "$HOME"
cd "$HOME" || exit 1

as_user() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }

# stage WHO NAME COMMAND...: WHO is root or user; the name is what "run" takes.
stage() {
	local who=$1 name=$2 begun=$SECONDS result=passed

	shift 2
	[[ $wanted = '  ' || $wanted = *" $name "* ]] || return
	[ "$who" = root ] || set -- as_user "$@"
	# What is skipped has failed, too: that kernel has all of it.
	"$@" >/tmp/said 2>&1 || { result="FAILED with $?" status=1; }
	echo "$name, as $who: $result, $((SECONDS - begun)) s"
	[ "$result" = passed ] || { tail -n 60 /tmp/said; tail -n 5 "$HOME/$name.65534"/logs/*; } 2>/dev/null | cut -c 1-400
}

# has NAME: "doctor" of that user says so.
has() {
	"$CWMPLAB" doctor >"$HOME/doctor.$(id -u)" 2>&1 &&
		grep "^ok  *$1" "$HOME/doctor.$(id -u)" || { cat "$HOME/doctor.$(id -u)"; return 1; }
}
# What no lab asks for, but people do: the kernel itself has it, so that it is one to judge labs by.
kernel_has() {
	ip link add stock-bridge type bridge vlan_filtering 1 &&
		ip link add link stock-bridge name stock-vlan type vlan id 7 &&
		ip link add stock-bond type bond mode active-backup &&
		tc qdisc add dev stock-bridge root netem delay 1ms
}
# topology NAME: where it leaves the choice, its links are the kernel's.
topology() {
	"$CWMPLAB" run "$SOURCE/topologies/$1" --out "$HOME/$1.$(id -u)"
}
export -f has topology

echo "Linux $(uname -r), $(nproc) processors, $(awk '/^MemTotal/ {print int($2 / 1024)}' /proc/meminfo) MiB"
stage root kernel kernel_has
for who in user root; do
	stage $who doctor bash -c 'has netem'
done
stage user netem "$source_dir/tests/stock/netem.sh"
stage user link-kernel "$build/test_link_kernel"
stage user ports "$source_dir/tests/integration/cpe/ports.sh"
for name in figure-2-http lossy-access vlan-triple-play stp-loop nat-and-calls cgnat two-isps \
	relay-option-82 rogue-dhcp behind-a-proxy dual-stack v6-only; do
	for who in user root; do
		stage $who "$name" bash -c "topology $name"
	done
done
exit $status
