#!/usr/bin/env bash
# Lightweight notifications: a parameter changes, and a CPE tells it by one signed datagram, without a
# session; an ACS that knows another password does not believe it.
#
#   acs 127.0.0.1 ── cpe 127.0.0.1, eth0 ── port0 of the bridge br0
set -euo pipefail
source_dir=${CWMPLAB_SOURCE:-$(cd "$(dirname "$0")/../../.." && pwd)}
cwmplab=${CWMPLAB:-$source_dir/build/cwmplab}
. "$source_dir/tests/support/sandbox.sh"
wait_for() { wait_until grep -sq -- "$2" "$1" || fail "no \"$2\" in ${1##*/}"; }
cd "$work"

ip link set lo up
ip link add br0 type bridge
ip link set br0 up
ip link add eth0 type veth peer name port0
ip link set port0 master br0
ip link set port0 up
ip link set eth0 up

status=Ethernet.Interface.1.Status
cat >policy.yaml <<END
rules:
  - on: [0 BOOTSTRAP]
    unless: {serial: L2}
    steps:
      - set:
          ManagementServer.LightweightNotificationProtocolsUsed: UDP
          ManagementServer.UDPLightweightNotificationPort: {type: unsignedInt, value: 7548}
      - {rpc: SetParameterAttributes, attributes: [{name: $status, notification: active-lightweight}]}
  - on: [0 BOOTSTRAP]
    when: {serial: L2}
    steps:
      - set:
          ManagementServer.LightweightNotificationProtocolsUsed: UDP
          ManagementServer.UDPLightweightNotificationPort: {type: unsignedInt, value: 7548}
          ManagementServer.LightweightNotificationTriggerInterval: {type: unsignedInt, value: 1}
      - {rpc: SetParameterAttributes, attributes: [{name: $status, notification: passive-lightweight}]}
END
"$cwmplab" acs --listen 127.0.0.1:7547 --policy policy.yaml --username cpe --password s3cret \
	--notification-port 7548 >acs.events 2>acs.log &
wait_for acs.events '"ready"'
cat >cpe.yaml <<END
model: $source_dir/topologies/models/generic-181.yaml
acs: {url: "http://127.0.0.1:7547/cwmp", username: cpe, password: s3cret}
cpes: [{name: cpe, address: 127.0.0.1, interface: eth0, serial: L1}]
END
"$cwmplab" cpe --config cpe.yaml >cpe.events 2>cpe.log &
wait_for cpe.events '"session-end".*"ok":true'
! grep -q '"notification"' acs.events || fail "a notification before any change"

ip link set port0 down
wait_for acs.events '"notification"'
grep '"notification"' acs.events | grep -q '"address":"127.0.0.1","ok":true,"parameters":\[{"name":"Device.'"$status"'","value":"Down"}\]' ||
	fail "$(grep '"notification"' acs.events)"
grep -q '"notification","to":"127.0.0.1:7548","parameters":1' cpe.events || fail "the CPE tells nothing of it"
ip link set port0 up
wait_for acs.events '"value":"Up"'
[ "$(grep -c '"session-start"' cpe.events)" = 1 ] || fail "a session for it"

# A passive one waits for the trigger, and for nothing else where that comes every second.
sed 's/serial: L1/serial: L2/' cpe.yaml >cpe2.yaml
"$cwmplab" cpe --config cpe2.yaml >cpe2.events 2>cpe2.log &
wait_for cpe2.events '"session-end".*"ok":true'
ip link set port0 down
wait_for acs.events '"notification","cpe":"[^"]*-L2","address":"127.0.0.1","ok":true,"parameters":.*"Down"'

# What is not of the CPE is told, and not believed.
say() { printf '%s' "$1" | cat >/dev/udp/127.0.0.1/7548; } # one write, one datagram
body='<Notification xmlns="urn:broadband-forum-org:cwmp:lwnotif-1-0"><TS>1</TS><UN>cpe</UN><CN>c</CN>'
body+='<OUI>00E0FC</OUI><ProductClass>X</ProductClass><SerialNumber>1</SerialNumber>'
body+='<Param><Name>A</Name><Value>1</Value></Param></Notification>'
say $'POST / HTTP/1.1\r\n\r\n'"$body"
wait_for acs.events '"notification","cpe":"00E0FC-X-1","address":"127.0.0.1","ok":false,"why":"it is not signed"'
say $'POST / HTTP/1.1\r\nsignature: 00\r\n\r\n'"$body"
wait_for acs.events '"ok":false,"why":"its signature is not of this password"'

# What is of it is told, but for what is a secret by its name.
say_signed() {
	say $'POST / HTTP/1.1\r\nSignature: '"$(printf '%s' "$1" | openssl dgst -sha1 -hmac s3cret | sed 's/.* //')"$'\r\n\r\n'"$1"
}
secret=${body/<CN>c/<CN>s}
secret=${secret/<Name>A<\/Name><Value>1</<Name>Device.WiFi.AccessPoint.1.Security.KeyPassphrase<\/Name><Value>planted<}
say_signed "$secret"
wait_for acs.events 'Security.KeyPassphrase","value":"\*\*\*"'
! grep -q planted acs.events acs.log || fail "a secret is told"
say $'POST / HTTP/1.1\r\n\r\n'"${body/cpe/me}"
wait_for acs.events 'its username is \\"me\\", not \\"cpe\\"'
# What comes twice is told as a copy.
say_signed "$body"
wait_for acs.events '"cpe":"00E0FC-X-1","address":"127.0.0.1","ok":true,"parameters":\[{"name":"A"'
say_signed "$body"
wait_for acs.events '"cpe":"00E0FC-X-1","address":"127.0.0.1","ok":true,"copy":true}'
[ "$(grep -c '"ok":true,"parameters":\[{"name":"A"' acs.events)" = 1 ] || fail "a copy is told as news"
say 'GET / HTTP/1.1'
wait_for acs.events '"notification","address":"127.0.0.1","ok":false,"why":"the datagram is no lightweight notification"'
