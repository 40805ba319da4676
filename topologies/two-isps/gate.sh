#!/bin/bash
# gate.sh [never]: sends on by the first NAT as long as the first provider answers, else by the second. What
# it knocks at is reached by the first NAT whatever the default route is. never: it does not look.
set -e
echo 1 >/proc/sys/net/ipv4/ip_forward
# whoever asks is not told of the shorter way past this
for place in all default eth0; do
	echo 0 >/proc/sys/net/ipv4/conf/$place/send_redirects
done
ip route replace 198.51.100.1 via 192.168.1.1
# by N: by that NAT from now on, which the file "log" in the folder of this says, too.
by() {
	ip route replace default via 192.168.1.$1
	echo "by nat-$1" | tee -a log
	by=$1
}
by 1
[ "$1" = never ] && exec sleep infinity

# answers: nobody serves at that port, so that who is there refuses; 124: nobody is.
answers() {
	timeout 0.5 bash -c '</dev/tcp/198.51.100.1/9' 2>/dev/null
	[ $? != 124 ]
}

while :; do
	if answers; then now=1; else now=2; fi
	[ $now = $by ] || by $now
	sleep 0.3
done
