# kiosk leases its address itself; the program is the one that the lab was started with.
PATH=$PATH:/usr/sbin:/sbin
ip address flush dev eth0
exec /proc/$PPID/exe cpe --config {{folder}}/kiosk.yaml
