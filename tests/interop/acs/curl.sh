#!/usr/bin/env bash
# curl is a CPE: Digest within TLS, session cookie, an Inform, an empty POST. What comes
# back is valid by the schemas of CWMP, where they are at hand.
. "$(dirname "$0")/lib.sh"
need curl
start_acs 7548 --username cpe --password s3cret

# post NAME [ARGUMENT...]: the status of the answer; its body is in $work/NAME
post() {
	local name=$1

	shift
	curl --silent --show-error --cacert "$work/ca.pem" \
		--resolve "acs1.lab:$port:127.0.0.1" --digest \
		--cookie "$work/jar" --cookie-jar "$work/jar" --output "$work/$name" \
		--write-out '%{http_code}' "$@" "$url"
}
envelope=(--header 'Content-Type: text/xml; charset=utf-8' --header 'SOAPAction;'
	--data-binary "@$here/inform.xml")

[ "$(post wrong --user cpe:wrong "${envelope[@]}")" = 401 ] || fail "a wrong password"
[ "$(post none --request GET --user cpe:s3cret)" = 405 ] || fail "GET"
: >"$work/jar"
[ "$(post informed --tls-max 1.2 --user cpe:s3cret "${envelope[@]}")" = 200 ] ||
	fail "Inform"
grep -q '<cwmp:InformResponse><MaxEnvelopes>1</MaxEnvelopes>' "$work/informed" ||
	fail "no InformResponse"
grep -q 'mustUnderstand="1">42</cwmp:ID>' "$work/informed" || fail "another ID"
[ "$(post asked --user cpe:s3cret --request POST)" = 200 ] || fail "empty POST"
grep -q '<string>Device.ManagementServer.URL</string>' "$work/asked" ||
	fail "no GetParameterValues"
grep -q '"event":"inform","cpe":"0000E2-switch-S1"' "$work/acs.events" || fail "events"

# Without Digest, since curl does not go on when it is challenged before the first chunk.
kill "$acs"
start_acs 7549
: >"$work/jar"
[ "$(post chunked --header 'Transfer-Encoding: chunked' --header 'Expect: 100-continue' \
	"${envelope[@]}")" = 200 ] || fail "Inform, in chunks"

schema=${CWMPLAB_SOURCE:-$source_dir}/../shared/data/xsd/all.xsd
[ -r "$schema" ] && command -v xmllint >/dev/null || skip "no schemas, or no xmllint"
xmllint --nonet --noout --schema "$schema" "$work/informed" "$work/asked" ||
	fail "not valid"
