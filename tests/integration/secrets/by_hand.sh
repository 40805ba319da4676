#!/usr/bin/env bash
# by_hand.sh PATTERN: agents of a network of their own, called by planted.sh. What they say
# and leave is in by-hand/.
set -euo pipefail
pattern=$1
. "$CWMPLAB_SOURCE/tests/support/patience.sh"
umask 000
mkdir -p by-hand
ip link set lo up

# starts NAME ARGUMENT...: an agent, whose command line is then what ps(1) shows.
starts() {
	local name=$1 pid

	shift
	"$CWMPLAB" "$@" >"by-hand/$name.out" 2>"by-hand/$name.err" &
	pid=$!
	trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT
	wait_until grep -q '"event":"ready"' "by-hand/$name.out"
	tr '\0' ' ' <"/proc/$pid/cmdline" >"by-hand/$name.ps"
	grep -qE "$pattern" "by-hand/$name.ps" && { cat "by-hand/$name.ps"; exit 1; }
	return 0
}

echo pl4nt80 >password
install -m 644 /dev/null by-hand/state
starts acs acs --listen 127.0.0.1:7547 --url 'http://127.0.0.1:7547/cwmp?token=pl4nt81' \
	--state by-hand/state
starts guarded acs --listen 127.0.0.1:7548 --username cpe --password pl4nt80

# An Inform with secrets among its values.
body='<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:c="urn:dslforum-org:cwmp-1-0"><e:Body><c:Inform><DeviceId><Manufacturer>L</Manufacturer><OUI>0000C1</OUI><ProductClass>C</ProductClass><SerialNumber>1</SerialNumber></DeviceId><Event><EventStruct><EventCode>1 BOOT</EventCode><CommandKey></CommandKey></EventStruct></Event><MaxEnvelopes>1</MaxEnvelopes><CurrentTime>2026-01-01T00:00:00Z</CurrentTime><RetryCount>0</RetryCount><ParameterList>'
for name in PreSharedKey WEPKey.1 RadiusSecret UserPwd PIN; do
	body="$body<ParameterValueStruct><Name>Device.$name</Name><Value>pl4nt82</Value></ParameterValueStruct>"
done
body="$body<ParameterValueStruct><Name>Device.URL</Name><Value>http://u:pl4nt83@h/</Value></ParameterValueStruct></ParameterList></c:Inform></e:Body></e:Envelope>"
exec 3<>/dev/tcp/127.0.0.1/7547
printf 'POST /cwmp?token=pl4nt81 HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s' \
	${#body} "$body" >&3
read -r status <&3
[[ $status == *200* ]] || { echo "the Inform: $status"; exit 1; }
exec 3>&-

# Two CPEs with their passwords, one from a file, one on the command line; and one that is
# told a URL with a password in it, which is refused in words.
"$CWMPLAB" cpe --acs-url http://127.0.0.1:7548/cwmp --username cpe --password-file password \
	--once >by-hand/cpe.out 2>by-hand/cpe.err
"$CWMPLAB" cpe --acs-url http://127.0.0.1:7548/cwmp --username cpe --password-file - \
	--once <password >by-hand/input.out 2>by-hand/input.err
starts patient cpe --acs-url 'http://127.0.0.1:7547/cwmp?token=pl4nt81' --username cpe \
	--password pl4nt80
"$CWMPLAB" cpe --acs-url 'http://cpe:pl4nt84@127.0.0.1/' --once >by-hand/bad.out 2>&1 && exit 1
"$CWMPLAB" cpe --acs-url http://127.0.0.1/ --passwrod=pl4nt85 >by-hand/typo.out 2>&1 && exit 1
"$CWMPLAB" acs --password pl4nt86 >by-hand/alone.out 2>&1 && exit 1
wait_until grep -q '"event":"settled"' by-hand/patient.out
grep -q '"ok":true' by-hand/cpe.out && grep -q '"ok":true' by-hand/input.out
