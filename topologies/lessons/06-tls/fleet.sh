# The ACS of the fleet, once its certificate is there. The program is the one that the lab was started with.
until [ -e {{folder}}/certs/ready ]; do sleep 0.1; done
exec /proc/$PPID/exe acs --config {{folder}}/fleet.yaml
