#!/usr/bin/env bash
# A CPE of IPv6 alone against dnsmasq, which is nobody's of ours: a router that has addresses leased,
# then one that has them made of its prefix; an ACS at a literal by HTTP, and by name over TLS; a
# call by curl at the URL in brackets. "check" finds all of it in the capture.
#
#     this shell: eth-s 2001:db8::1/64 ---------- eth0, in $home
set -euo pipefail
source_dir=${CWMPLAB_SOURCE:-$(cd "$(dirname "$0")/../../.." && pwd)}
cwmplab=${CWMPLAB:-$source_dir/build/cwmplab}
PATH=$PATH:/usr/sbin:/sbin
for program in dnsmasq curl openssl ip nsenter; do
	command -v $program >/dev/null || { echo "skipped: $program is not installed"; exit 77; }
done
[ -e /proc/sys/net/ipv6 ] || { echo "skipped: this kernel has no IPv6"; exit 77; }
. "$source_dir/tests/support/sandbox.sh"
wait_for() { wait_until grep -sqE -- "$2" "$1" || fail "no \"$2\" in ${1##*/}"; }
cd "$work"

unshare --net sleep infinity &
home=$!
has_left() { [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }
wait_until has_left $home || fail "no network namespace for the CPE"
# Each address would wait for a second, in which nobody says that it is his.
echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
nsenter --net=/proc/$home/ns/net sh -c 'echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad'
ip link set lo up
ip link add eth-s address 02:00:00:00:00:fe type veth peer name eth0 address 02:00:00:00:00:01 netns $home
ip link set eth-s up
ip address add 2001:db8::1/64 dev eth-s nodad

# router OPTION...: what announces the prefix, and answers DHCPv6 and DNS. hex TEXT: its bytes.
hex() { printf '%s' "$1" | od -An -tx1 -v | tr -d ' \n' | sed 's/../:&/g'; }
router() {
	dnsmasq --no-daemon --conf-file=/dev/null --no-hosts --no-resolv --leasefile-ro --pid-file= \
		--interface=eth-s --bind-interfaces --enable-ra --dhcp-authoritative --log-dhcp \
		--address=/acs.lab/2001:db8::1 --dhcp-option='option6:dns-server,[2001:db8::1]' \
		--dhcp-option-force="option6:17,00:00:0d:e9:00:01:00:$(printf '%02x' ${#1})$(hex "$1")" \
		"${@:2}" >"$work/router.log" 2>&1 &
	router=$!
}
# cpe NAME MODEL: configures itself, and says what becomes of it in NAME.events.
cpe() {
	cat >"$1.yaml" <<-EOT
	model: $source_dir/topologies/models/$2.yaml
	dhcp: yes
	trust: $work/acs.pem
	keylog: $work/keys.log
	connection-requests: {username: acs, password: call-me}
	cpes: [{name: $1, netns: /proc/$home/ns/net, interface: eth0, ip: v6, serial: $1,
	        mac: 02:00:00:00:00:01}]
	EOT
	"$cwmplab" cpe --config "$1.yaml" >"$1.events" 2>"$1.log" &
	cpe=$!
}

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout acs.key -out acs.pem \
	-days 2 -subj /CN=acs -addext subjectAltName=DNS:acs.lab 2>/dev/null
: >keys.log
# Its data model says the same of the address as its events: else nothing is set.
cat >policy.yaml <<'EOT'
rules:
  - on: [1 BOOT]
    steps:
      - get: [Device.IP.Interface.1.IPv6Address.1.IPAddress, Device.IP.Interface.1.IPv6Address.1.Origin,
              Device.DNS.Client.Server.1.DNSServer]
      - when:
          - {value: Device.IP.Interface.1.IPv6Address.1.IPAddress, is: "2001:db8::ff:fe00:1"}
          - {value: Device.IP.Interface.1.IPv6Address.1.Origin, is: AutoConfigured}
          - {value: Device.DNS.Client.Server.1.DNSServer, is: "2001:db8::1"}
        set: {Device.DeviceInfo.ProvisioningCode: right}
EOT
"$cwmplab" acs --listen '[2001:db8::1]:7547' --auth none >acs.events 2>acs.log &
"$cwmplab" acs --listen '[2001:db8::1]:7548' --url https://acs.lab:7548/cwmp --auth none \
	--tls-cert acs.pem --tls-key acs.key --policy policy.yaml >acs-tls.events 2>acs-tls.log &
echo "{file: $work/all.pcapng, keylog: keys.log, ports: [{name: s, interface: eth-s}]}" >record.yaml
"$cwmplab" record --config record.yaml >record.events 2>record.log &
record=$!
for each in acs acs-tls record; do wait_for $each.events '"ready"'; done

# ---- the router says M: an address by DHCPv6 ---------------------------------------------------

router 'http://[2001:db8::1]:7547/cwmp' --dhcp-range=2001:db8::100,2001:db8::1ff,64,1h
cpe leased hp5920
wait_for leased.events '"event":"lease","address":"2001:db8::1[0-9a-f]{2}","prefix":128,.*"origin":"DHCPv6",.*"layout":"option 17"'
wait_for leased.events '"event":"session-end".*"ok":true'
nsenter --net=/proc/$home/ns/net ip -6 address show dev eth0 >addresses
grep -q 'inet6 2001:db8::1../128 .*dynamic' addresses || fail "the address is not on eth0, or for ever: $(cat addresses)"
url=$(sed -n 's/.*"event":"reachable","url":"\([^"]*\)".*/\1/p' leased.events)
case $url in
http://\[2001:db8::1??\]:7547/*) ;;
*) fail "it can be called at $url" ;;
esac
[ "$(curl -gs -o /dev/null -w '%{http_code}' --max-time "$patience" --digest -u acs:call-me "$url")" = 200 ] ||
	fail "the call is refused"
wait_for leased.events '"event":"session-start".*6 CONNECTION REQUEST'
wait_until eval '[ "$(grep -c "\"session-end\".*\"ok\":true" leased.events)" = 2 ]' || fail "two sessions"
kill -TERM $cpe
wait $cpe || fail "the CPE ended with status $?"
wait_for router.log 'DHCPRELEASE'
kill $router
wait $router || true

# ---- it says O: an address of its prefix, the rest by DHCPv6 -----------------------------------

nsenter --net=/proc/$home/ns/net ip address flush dev eth0 scope global
router https://acs.lab:7548/cwmp --dhcp-range=2001:db8::,ra-stateless,64
cpe made gateway-181
wait_for made.events '"address":"2001:db8::ff:fe00:1","prefix":64,.*"origin":"AutoConfigured","dns":\["2001:db8::1"\],"acs_url":"https'
wait_for made.events '"event":"session-end".*"ok":true'
wait_for acs-tls.events '"event":"rpc".*"method":"SetParameterValues".*"ok":true'
kill -TERM $cpe
wait $cpe || fail "the CPE ended with status $?"

# ---- what was on the wire ----------------------------------------------------------------------

kill -TERM $record
wait $record || fail "the recorder ended with status $?"
"$cwmplab" check -r all.pcapng --json >check.json || fail "check: status $?: $(cat check.json)"
for each in '"acs": "[^"]*2001:db8::1[^"]*:7547"' '"acs": "[^"]*2001:db8::1[^"]*:7548"' '0 BOOTSTRAP' '6 CONNECTION REQUEST'; do
	grep -qE "$each" check.json || fail "check finds no $each: $(cat check.json)"
done
