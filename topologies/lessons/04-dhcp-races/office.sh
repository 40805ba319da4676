# The DHCP server of the office.
PATH=$PATH:/usr/sbin:/sbin
exec dnsmasq --no-daemon --conf-file={{folder}}/office.conf
