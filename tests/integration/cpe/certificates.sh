#!/usr/bin/env bash
# Certificates and CRLs that openssl made: a CPE takes an ACS by its subjectAltName, by its
# common name where the model says so, and not when a CRL revokes it; of a CRL that says
# nothing it tells why, in one line. An ACS takes a CPE by its own certificate, or not.
set -euo pipefail
source_dir=${CWMPLAB_SOURCE:-$(cd "$(dirname "$0")/../../.." && pwd)}
cwmplab=${CWMPLAB:-$source_dir/build/cwmplab}
command -v openssl >/dev/null || { echo "skipped: openssl is not installed"; exit 77; }
. "$source_dir/tests/support/sandbox.sh"
. "$source_dir/tests/support/patience.sh"
cd "$work"
ip link set lo up

# ---- the CA, its certificates and CRLs -------------------------------------------------

# make_ca NAME: a CA with the files of "openssl ca"
make_ca() {
	mkdir -p "$1"
	: >"$1/index"
	echo 1000 >"$1/serial"
	echo 01 >"$1/crlnumber"
	cat >"$1/conf" <<-EOT
	[ca]
	default_ca = own
	[own]
	dir = $work/$1
	database = \$dir/index
	new_certs_dir = \$dir
	serial = \$dir/serial
	crlnumber = \$dir/crlnumber
	certificate = \$dir/ca.pem
	private_key = \$dir/ca.key
	default_md = sha256
	default_days = 7
	unique_subject = no
	policy = any
	copy_extensions = copy
	[any]
	commonName = supplied
	EOT
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
		-subj "/CN=$1" -keyout "$1/ca.key" -out "$1/ca.pem" 2>>openssl.log
}

# issue CA FILE COMMON-NAME [subjectAltName]
issue() {
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-subj "/CN=$3" ${4:+-addext "subjectAltName=$4"} \
		-keyout "$2.key" -out "$2.csr" 2>>openssl.log &&
		openssl ca -batch -config "$1/conf" -notext -in "$2.csr" -out "$2.pem" \
			2>>openssl.log || fail "no certificate $2"
}

# crl CA FILE [ARGUMENT...]
crl() {
	openssl ca -config "$1/conf" -gencrl -out "$2" "${@:3}" 2>>openssl.log ||
		fail "no CRL $2"
}

make_ca good
make_ca other
issue good named localhost DNS:localhost
issue good bare localhost
crl good fresh.crl -crldays 7
crl good past.crl -crl_lastupdate 20200101000000Z -crl_nextupdate 20200201000000Z
crl other other.crl -crldays 7
openssl ca -config good/conf -revoke named.pem 2>>openssl.log
crl good revoking.crl -crldays 7
sed 's/^root:/common-name: yes\nroot:/' "$source_dir/topologies/models/hp5920.yaml" \
	>lenient.yaml

# ---- the ACS and the CPE ---------------------------------------------------------------

# serve PORT CERTIFICATE: with the arguments of acs_args
acs_args=()
serve() {
	"$cwmplab" acs --listen "127.0.0.1:$1" --url "https://localhost:$1/cwmp" --auth none \
		--tls-cert "$2.pem" --tls-key "$2.key" "${acs_args[@]}" \
		>"acs-$1.events" 2>"acs-$1.log" &
	wait_until grep -sq '"ready"' "acs-$1.events" || fail "no ACS on port $1"
}
serve 7548 named
serve 7549 bare

# told CPE: its session has ended, or the program
told() { grep -sq '"session-end"' cpe.events || ! kill -0 "$1" 2>/dev/null; }

# inform PORT [FLAG...]: one session; what is told is in cpe.events and cpe.log
inform() {
	local cpe

	: >cpe.events # told() must not read of the session before
	"$cwmplab" cpe --acs-url "https://localhost:$1/cwmp" "${@:2}" \
		>cpe.events 2>cpe.log &
	cpe=$!
	wait_until told "$cpe" || fail "no session"
	kill "$cpe" 2>/dev/null || true
	wait "$cpe" || true
}
takes() { inform "$@"; grep -q '"session-end".*"ok":true' cpe.events || fail "not taken: $*"; }
# refuses WORDS PORT [FLAG...]
refuses() {
	inform "${@:2}"
	grep -q '"session-end".*"ok":false,"layer":"TLS"' cpe.events || fail "taken: $*"
	grep -qF "$1" cpe.events || fail "no \"$1\""
}

takes 7548 --ca good/ca.pem
[ ! -s cpe.log ] || ! grep -q 'common name' cpe.log || fail "a warning for a name"
refuses 'has no name but the common name \"localhost\", which does not count (RFC 9525)' \
	7549 --ca good/ca.pem
takes 7549 --ca good/ca.pem --model ./lenient.yaml
grep -q 'the certificate of localhost names it as common name alone' cpe.log ||
	fail "no warning"
takes 7548 --ca good/ca.pem --model ./lenient.yaml
! grep -q 'common name alone' cpe.log || fail "a warning for a name"

refuses 'signed by \"good\", which is not trusted' 7548 --ca system
SSL_CERT_FILE=$work/good/ca.pem takes 7548 --ca system

takes 7548 --ca good/ca.pem --crl fresh.crl
refuses 'the certificate was revoked on 20' 7548 --ca good/ca.pem --crl revoking.crl
cat revoking.crl other.crl >two.crl
refuses 'the certificate was revoked on 20' 7548 --ca good/ca.pem --crl two.crl

# ---- a server of openssl's -------------------------------------------------------------

openssl s_server -accept 127.0.0.1:7550 -cert bare.pem -key bare.key -quiet \
	>s_server.out 2>s_server.log &
wait_until bash -c 'exec 3<>/dev/tcp/127.0.0.1/7550' 2>/dev/null || fail "no s_server"
refuses 'has no name but the common name' 7550 --ca good/ca.pem
wait_until grep -q 'alert bad certificate' s_server.log || fail "no alert"

# ---- CRLs that say nothing -------------------------------------------------------------

# mistakes WORDS FLAG...: exit status 2 and these words in one line
mistakes() {
	local status=0

	"$cwmplab" cpe --acs-url https://localhost:7548/cwmp "${@:2}" \
		>cpe.events 2>cpe.log || status=$?
	[ "$status" = 2 ] || fail "status $status, not 2: $*"
	[ "$(wc -l <cpe.log)" = 1 ] || fail "not one line: $*"
	grep -qF "$1" cpe.log || fail "no \"$1\""
}
mistakes 'CRL past.crl: that of "good" expired on 2020-02-01' --ca good/ca.pem --crl past.crl
mistakes 'CRL other.crl: it is of "other", which is not among the trusted CAs' \
	--ca good/ca.pem --crl other.crl
mistakes 'CRL nowhere.crl: No such file or directory' --ca good/ca.pem --crl nowhere.crl
mistakes 'CRL named.pem: there is no CRL in PEM in it' --ca good/ca.pem --crl named.pem
mistakes 'a CRL says nothing without CAs that are trusted' --crl fresh.crl

# ---- certificates of CPEs --------------------------------------------------------------

issue good device 00E0FC-HP5920-000000000001
issue good banned 00E0FC-HP5920-000000000001
issue other foreign 00E0FC-HP5920-000000000001
issue good served localhost DNS:localhost
openssl ca -config good/conf -revoke banned.pem 2>>openssl.log
crl good banning.crl -crldays 7
acs_args=(--client-ca good/ca.pem --client-crl banning.crl)
serve 7551 served
acs_args=(--client-ca good/ca.pem --client-cert request)
serve 7552 served

own() { echo --ca good/ca.pem --tls-cert "$1.pem" --tls-key "$1.key"; }
# told_by_acs PORT WORDS
told_by_acs() {
	wait_until grep -qF '"event":"refused","address":"127.0.0.1","layer":"TLS","why":"'"$2" \
		"acs-$1.events" || fail "the ACS does not say \"$2\""
}
takes 7551 $(own device)
takes 7552 $(own device)
takes 7552 --ca good/ca.pem
refuses 'the other end wants a certificate of us, and we sent none' 7551 --ca good/ca.pem
told_by_acs 7551 'the client sent no certificate'
refuses 'the other end says that our certificate was revoked' 7551 $(own banned)
told_by_acs 7551 'the certificate was revoked on 20'
takes 7552 $(own banned) # without a CRL nobody knows
refuses "the other end does not trust our certificate's CA" 7552 $(own foreign)
told_by_acs 7552 'the certificate is signed by \"other\", which is not trusted'
# The certificate of another device: told, or refused; one of all of its kind is its own.
issue good stranger 00E0FC-HP5920-000000000002
issue good kind 00E0FC-HP5920
takes 7552 $(own stranger)
stranger='"cpe":"00E0FC-HP5920-000000000001","address":"127.0.0.1","name":"00E0FC-HP5920-000000000002"'
wait_until grep -qF '"event":"certificate",'"$stranger"',"refused":false' acs-7552.events ||
	fail "the ACS does not tell a stranger's certificate"
acs_args=(--client-ca good/ca.pem --client-name refuse)
serve 7553 served
takes 7553 $(own device)
takes 7553 $(own kind)
! grep -q '"event":"certificate"' acs-7553.events || fail "a CPE's own certificate is told"
inform 7553 $(own stranger)
grep -q '"session-end".*"ok":false,"layer":"CWMP".*8001' cpe.events ||
	fail "a stranger's certificate is taken: $(cat cpe.events)"
wait_until grep -qF '"event":"certificate",'"$stranger"',"refused":true' acs-7553.events ||
	fail "the ACS does not tell the stranger that it refuses"
mistakes 'certificate named.pem: the key does not fit that of "localhost"' \
	--tls-cert named.pem --tls-key bare.key
mistakes 'a certificate wants its key' --tls-cert named.pem

# s_client of openssl is taken as well, and told what is wrong by the alert of RFC 8446 6.2.
# It has to stay for that, although nothing is left for it to send.
timeout "$patience" openssl s_client -ign_eof -connect 127.0.0.1:7551 -servername localhost \
	</dev/null >s_client.out 2>&1 || true
grep -q 'alert certificate required' s_client.out || fail "no alert for s_client"
