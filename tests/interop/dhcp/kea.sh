#!/usr/bin/env bash
# Our client leases from Kea, with options 43 and 125.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
need kea-dhcp4

cat >"$work/kea.json" <<CONF
{"Dhcp4": {
  "interfaces-config": {"interfaces": ["eth-s"]},
  "lease-database": {"type": "memfile", "persist": false},
  "valid-lifetime": 120,
  "subnet4": [{"subnet": "10.77.0.0/24", "pools": [{"pool": "10.77.0.100 - 10.77.0.199"}],
    "option-data": [{"name": "routers", "data": "10.77.0.1"},
      {"code": 43, "csv-format": false, "always-send": true, "data": "$tr069"},
      {"code": 125, "csv-format": false, "always-send": true,
       "data": "00000DE9170406414142424343050647573030303106054C61624757"}]}],
  "loggers": [{"name": "kea-dhcp4", "severity": "INFO", "output_options": [{"output": "stdout"}]}]
}}
CONF
KEA_PIDFILE_DIR=$work KEA_LOCKFILE_DIR=none kea-dhcp4 -c "$work/kea.json" >"$work/server.log" 2>&1 &
wait_for "$work/server.log" 'DHCP4_STARTED'
our_client_leases "layout=tr069 url=http://acs.lab:7547/cwmp1 user= provisioning=PROV-0001 deviations=0 option43=$tr069 bbf=1"
wait_for "$work/server.log" 'DHCP4_RELEASE '
