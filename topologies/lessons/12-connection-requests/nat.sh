# The router of the home network 192.168.7.0/24: it puts its own address before what goes out, lets nothing
# in that was not asked for, and gives out addresses inside.
set -e
PATH=$PATH:/usr/sbin:/sbin
ip address add 192.168.7.1/24 dev eth0
cd /proc/sys/net/ipv4
echo 0 >conf/all/send_redirects
echo 0 >conf/eth0/send_redirects
echo 1 >ip_forward
nft -f - <<END
table ip nat {
	chain out {
		type nat hook postrouting priority 100
		ip saddr 192.168.7.0/24 ip daddr 10.{{net}}.0.0/24 masquerade random
	}
}
END
# The program that the lab was started with.
exec /proc/$PPID/exe dhcpd --interface eth0 --address 192.168.7.1/24 --range 192.168.7.100-192.168.7.199 \
	--router 192.168.7.1 --dns 10.{{net}}.0.3 --acs-url http://far.lab:7547/cwmp \
	--acs-username {{user}} --acs-password {{password}}
