# van, once its certificates are there. The program is the one that the lab was started with.
until [ -e {{folder}}/certs/ready ]; do sleep 0.1; done
exec /proc/$PPID/exe cpe --config {{folder}}/van.yaml
