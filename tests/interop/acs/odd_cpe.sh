#!/usr/bin/env bash
# A CPE that does what CPEs written for one ACS do, by curl: it tries the port first, gives Basic
# that nobody asked for, says text/plain, gives a Content-Type to nothing, sends the attributes of
# the cookie back, brings it along to the next session, and knows not every method. Its sessions
# are well all the same.
. "$(dirname "$0")/lib.sh"
need curl
start_acs 7548

# post NAME [ARGUMENT...]: the status of the answer; its head and body are in $work/NAME
post() {
	local name=$1

	shift
	curl --silent --show-error --include --cacert "$work/ca.pem" \
		--resolve "acs1.lab:$port:127.0.0.1" --user name:word --basic \
		--output "$work/$name" --write-out '%{http_code}' --request POST "$@" "$url"
}
# cookie_of NAME: the Set-Cookie of an answer, with all that stands in it
cookie_of() { sed -n 's/^Set-Cookie: \(.*\)\r$/\1/p' "$work/$1"; }
# session OLD_COOKIE: one session
session() {
	local cookie=$1

	[ "$(post informed --header "Cookie: $cookie" --header 'Content-Type: text/plain' \
		--data-binary "@$here/inform.xml")" = 200 ] || fail "Inform"
	cookie=$(cookie_of informed)
	[[ $cookie == *'; Path=/'* ]] || fail "the cookie is $cookie"
	[ "$(post asked --header "Cookie: $cookie" --header 'Content-Type: text/xml' --data '')" = 200 ] ||
		fail "empty POST"
	id=$(sed -n 's/.*<cwmp:ID[^>]*>\([^<]*\)<.*/\1/p' "$work/asked")
	sed "s/THE-ID/$id/" >"$work/fault.xml" <<-'EOT'
		<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:cwmp="urn:dslforum-org:cwmp-1-0">
		<e:Header><cwmp:ID e:mustUnderstand="1">THE-ID</cwmp:ID></e:Header>
		<e:Body><e:Fault><faultcode>Client</faultcode><faultstring>CWMP fault</faultstring><detail><cwmp:Fault>
		<FaultCode>9000</FaultCode><FaultString>Method not supported</FaultString></cwmp:Fault></detail></e:Fault></e:Body>
		</e:Envelope>
	EOT
	[ "$(post ended --header "Cookie: $cookie" --header 'Content-Type: text/xml' \
		--data-binary "@$work/fault.xml")" = 204 ] || fail "the session goes on"
}

exec 4<>"/dev/tcp/127.0.0.1/$port"
exec 4>&-
session 'session=of-another-life'
session "$(cookie_of informed)"
is_told() { [ "$(grep -c "\"event\":\"$1\"$2" "$work/acs.events")" = "$3" ]; }
wait_until is_told session-end '.*"ok":true' 2 || fail "the sessions are not well"
is_told tolerated '.*"why":"its Content-Type is text/plain' 2 || fail "text/plain is not told"
is_told rpc '.*"fault":9000' 2 || fail "the fault is not told"
is_told refused '' 0 || fail "who only tried the port is told as refused"
