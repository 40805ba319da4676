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

# What curl has sent is good once, with its body and with another one.
: >"$work/jar"
[ "$(post digest --user cpe:s3cret --verbose "${envelope[@]}" 2>"$work/verbose")" = 200 ] ||
	fail "Digest"
sent=$(sed -n 's/^> \(Authorization: Digest .*nc=.*\)\r$/\1/p' "$work/verbose" | tail -1)
[ -n "$sent" ] || fail "no digest of curl's"
: >"$work/jar"
sed 's/0000E2/0000E3/' "$here/inform.xml" >"$work/other.xml"
# again HEADER FILE: the status of an Inform with that header
again() {
	post again --verbose --header "$1" --header 'Content-Type: text/xml' \
		--header 'SOAPAction;' --data-binary "@$2" 2>"$work/verbose"
}
[ "$(again "$sent" "$here/inform.xml")" = 401 ] || fail "a replay"
[ "$(again "$sent" "$work/other.xml")" = 401 ] || fail "a replay with another body"
grep -q 'stale=true' "$work/verbose" || fail "a replay is not stale"

# A digest without qop, as of RFC 2069: once. Then by MD5-sess, which was not asked for.
md5() { printf '%s' "$1" | openssl md5 | sed 's/.* //'; }
if command -v openssl >/dev/null; then
	# nonce: a fresh one, in $nonce
	nonce() {
		post none --verbose "${envelope[@]}" 2>"$work/verbose" >"$work/status"
		nonce=$(sed -n 's/^< WWW-Authenticate: .*nonce="\([0-9a-f]*\)".*/\1/p' \
			"$work/verbose")
		[ -n "$nonce" ] || fail "no nonce"
	}
	a2=$(md5 POST:/cwmp)
	nonce
	old="Authorization: Digest username=\"cpe\", realm=\"cwmplab\", nonce=\"$nonce\", \
uri=\"/cwmp\", response=\"$(md5 "$(md5 cpe:cwmplab:s3cret):$nonce:$a2")\""
	[ "$(again "$old" "$here/inform.xml")" = 200 ] || fail "a digest without qop"
	[ "$(again "$old" "$work/other.xml")" = 401 ] || fail "a replay without qop"
	nonce
	a1=$(md5 "$(md5 cpe:cwmplab:s3cret):$nonce:c0ffee")
	sess="Authorization: Digest username=\"cpe\", realm=\"cwmplab\", nonce=\"$nonce\", \
uri=\"/cwmp\", algorithm=MD5-sess, qop=auth, nc=00000001, cnonce=\"c0ffee\", \
response=\"$(md5 "$a1:$nonce:00000001:c0ffee:auth:$a2")\""
	[ "$(again "$sess" "$here/inform.xml")" = 401 ] || fail "an algorithm not asked for"
fi

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
