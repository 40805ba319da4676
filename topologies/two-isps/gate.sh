#!/bin/sh
# gate.sh [never]: sends on by the first NAT as long as the first provider answers, else by the second. What
# it pings is reached by the first NAT whatever the default route is. never: it does not look.
set -e
echo 1 >/proc/sys/net/ipv4/ip_forward
# whoever asks is not told of the shorter way past this
for place in all default eth0; do
	echo 0 >/proc/sys/net/ipv4/conf/$place/send_redirects
done
ip route replace 198.51.100.1 via 192.168.1.1
ip route replace default via 192.168.1.1
[ "$1" = never ] && exec sleep infinity
by=1
while :; do
	if ping -c 1 -W 1 198.51.100.1 >/dev/null 2>&1; then now=1; else now=2; fi
	if [ $now != $by ]; then
		ip route replace default via 192.168.1.$now
		echo "by nat-$now"
		by=$now
	fi
	[ $now = 2 ] || sleep 0.5
done
