#!/usr/bin/env bash
# curl reads and writes the files of an ACS that is run by hand, and asks for what it does not
# have: what comes back is what stands in the folders, and each refusal is told by an event.
. "$(dirname "$0")/lib.sh"
need curl

mkdir "$work/files" "$work/files/deep"
head -c 3000000 /dev/urandom >"$work/files/image.bin"
echo deep >"$work/files/deep/x"
echo secret >"$work/outside"
ln -s ../outside "$work/files/link"

# get TARGET [ARGUMENT...]: the status; the body is in $work/got
get() {
	local target=$1

	shift
	curl --silent --show-error --path-as-is --cacert "$work/ca.pem" \
		--resolve "acs1.lab:$port:127.0.0.1" --output "$work/got" \
		--write-out '%{http_code}' "$@" "$base$target" 2>"$work/curl"
}
# told STATUS WORDS: the last refusal has that status and why
told() {
	wait_until eval 'tail -1 "$work/acs.events" | grep -q "\"event\":\"refused\""' &&
		tail -1 "$work/acs.events" | grep -q "\"status\":$1,\"why\":\"$2\"" ||
		fail "no refusal $1: $2"
}

start_acs 7548 --files "$work/files" --uploads "$work/up"
base=https://acs1.lab:$port

# Read: whole, in part, again from where it broke off, many at once.
[ "$(get /files/image.bin)" = 200 ] && cmp "$work/got" "$work/files/image.bin" || fail "whole"
[ "$(get /files/image.bin --range 1000-1999)" = 206 ] || fail "a range"
cmp "$work/got" <(tail -c +1001 "$work/files/image.bin" | head -c 1000) || fail "a range"
[ "$(get /files/image.bin --range -5)" = 206 ] &&
	cmp "$work/got" <(tail -c 5 "$work/files/image.bin") || fail "the end"
[ "$(get /files/image.bin --range 3000000-)" = 416 ] || fail "behind the end"
head -c 1234567 "$work/files/image.bin" >"$work/got"
[ "$(get /files/image.bin --continue-at -)" = 206 ] &&
	cmp "$work/got" "$work/files/image.bin" || fail "went on"
[ "$(get /files/image.bin --head)" = 200 ] &&
	grep -qi '^content-length: 3000000' "$work/got" || fail "HEAD"
[ "$(get /files/deep/x)" = 200 ] || fail "a folder within"
for i in 1 2 3 4 5 6 7 8; do
	curl --silent --cacert "$work/ca.pem" --resolve "acs1.lab:$port:127.0.0.1" \
		--limit-rate 4M --output "$work/many$i" "$base/files/image.bin" &
	pids[i]=$!
done
wait "${pids[@]}"
for i in 1 2 3 4 5 6 7 8; do
	cmp "$work/many$i" "$work/files/image.bin" || fail "many at once"
done

# Written: with a length, in chunks, over what was there.
[ "$(get /files/log --upload-file "$work/files/image.bin")" = 201 ] &&
	cmp "$work/up/log" "$work/files/image.bin" || fail "PUT"
[ "$(get /files/log --upload-file - <"$work/outside")" = 204 ] &&
	cmp "$work/up/log" "$work/outside" || fail "PUT in chunks"
[ "$(get /files/log)" = 200 ] && cmp "$work/got" "$work/outside" || fail "read back"
[ "$(ls -A "$work/up")" = log ] || fail "more than the file"

# Refused, and told.
[ "$(get /files/none)" = 404 ] || fail 404
told 404 "no such file"
for target in /files/../outside /files/%2e%2e/outside /files/link /files/deep /files/ /files/.x; do
	[ "$(get "$target")" = 404 ] || fail "$target"
done
told 404 "that is no path of a file"
[ "$(get /files/../x --upload-file "$work/outside")" = 404 ] || fail "PUT elsewhere"
[ "$(get /files/no/x --upload-file "$work/outside")" = 409 ] || fail "PUT into no folder"
told 409 "there is no such folder"
[ "$(get /files/image.bin --request DELETE)" = 405 ] || fail DELETE
told 405 "files are read by GET and written by PUT"
[ "$(get /)" = 404 ] || fail "another path"
told 404 "the ACS is at another path"
[ "$(get /cwmp)" = 405 ] || fail "GET of the ACS"
told 405 "the ACS takes POST alone"
[ "$(get /cwmp --data x --header 'Content-Type: application/json')" = 415 ] || fail 415
told 415 "the body is not text/xml"
[ "$(get /cwmp --data '<a/>' --header 'Content-Type: text/xml')" = 400 ] || fail 400
wait_until grep -q '"event":"refused".*"status":400,"why":"no CWMP message' "$work/acs.events" ||
	fail "a 400 is not told"
[ "$(get /cwmp --header 'Content-Length: x' --data '<a/>')" = 400 ] || fail "no HTTP"
wait_until grep -q '"event":"refused".*"status":400,"why":"Content-Length is no number' \
	"$work/acs.events" || fail "what is no HTTP is not told"
grep -q '"event":"file".*"method":"PUT","target":"/files/log","status":201,"bytes":3000000' \
	"$work/acs.events" || fail "a file is not told"
kill "$acs"
wait "$acs" 2>/dev/null || true

# By digest, and by basic: who knows the password.
for auth in digest basic; do
	cat >"$work/acs.conf" <<-EOT
	url: http://127.0.0.1:7550/cwmp
	files: {folder: $work/files, uploads: $work/up, auth: $auth, username: cpe, password: s3cret, upload-max: 1000}
	EOT
	base=http://127.0.0.1:7550
	: >"$work/acs.events"
	"$cwmplab" acs --config "$work/acs.conf" >"$work/acs.events" 2>"$work/acs.log" &
	acs=$!
	wait_until answers || fail "no ACS"
	[ "$(get /files/deep/x)" = 401 ] || fail "$auth: nobody"
	told 401 "no credentials came"
	[ "$(get /files/deep/x --$auth --user cpe:wrong)" = 401 ] || fail "$auth: wrong"
	told 401 "the credentials are wrong"
	[ "$(get /files/deep/x --$auth --user cpe:s3cret)" = 200 ] || fail "$auth"
	[ "$(get /files/y --$auth --user cpe:s3cret --upload-file "$work/outside")" = 201 ] ||
		fail "$auth: PUT"
	[ "$(get /files/z --$auth --user cpe:s3cret --upload-file "$work/files/image.bin")" = 413 ] ||
		fail "$auth: a file over the limit"
	[ ! -e "$work/up/z" ] || fail "$auth: a file over the limit is there"
	rm "$work/up/y"
	kill "$acs"
	wait "$acs" 2>/dev/null || true
done
echo "ok"
