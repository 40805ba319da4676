# Makes what is in certs/: two CAs, the certificate of fleet by the new one, and the key and the request of van.
# Once: what a student has signed stays.
set -e
[ ! -e certs/ready ] || exit 0
rm -rf certs
mkdir certs
cd certs
ca() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 \
		-subj "/CN=$2" -keyout "$1.key" -out "$1.pem"
}
request() {
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-subj "/CN=$2" -keyout "$1.key" -out "$1.csr"
}
ca old-ca "{{old-ca}}"
ca new-ca "{{new-ca}}"
request fleet fleet.lab
echo "subjectAltName=DNS:fleet.lab" >fleet.ext
openssl x509 -req -in fleet.csr -CA new-ca.pem -CAkey new-ca.key -CAcreateserial -days 90 \
	-extfile fleet.ext -out fleet.pem
request van "020000-Generic-{{serial}}"
rm fleet.csr fleet.ext
touch ready
