#!/usr/bin/env bash
# openssl s_client accepts the chain by CA and name, in both versions of TLS, and no other.
. "$(dirname "$0")/lib.sh"
need openssl
start_acs 7548

# connect ARGUMENT...
connect() {
	openssl s_client -connect "127.0.0.1:$port" -verify_return_error -brief "$@" \
		</dev/null >"$work/out" 2>&1
}
for version in -tls1_2 -tls1_3; do
	connect $version -CAfile "$work/ca.pem" -servername acs1.lab \
		-verify_hostname acs1.lab || fail "$version: $(cat "$work/out")"
	grep -q 'Verification: OK' "$work/out" || fail "$version: not verified"
done
connect -CAfile "$work/ca.pem" -verify_ip 127.0.0.1 || fail "by address"
! connect -CAfile "$work/ca.pem" -verify_hostname acs2.lab || fail "another name"
! connect -CAfile /dev/null -verify_hostname acs1.lab || fail "no CA"
! connect -tls1_1 -CAfile "$work/ca.pem" || fail "TLS 1.1"
