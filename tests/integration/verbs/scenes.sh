#!/usr/bin/env bash
# scenes.sh: one side of a sequence played by a program against another one, on loopback: the path
# that is walked, and where a side leaves it.
set -u
source_dir=$CWMPLAB_SOURCE
. "$source_dir/tests/support/sandbox.sh"
ip link set lo up
cd "$work" || exit 1
url=http://127.0.0.1:7547/cwmp
mkdir files
printf 'cwmplab image 1\nversion: 7.1.046\nmodel: hp5920\n\n' >files/2.0.bin

# starts NAME ARGUMENT...: a program that goes on; its process is $pid.
starts() {
	local name=$1

	shift
	rm -f "$name.events"
	"$CWMPLAB" "$@" >"$name.events" 2>"$name.log" &
	pid=$!
	wait_until grep -q '"event":"ready"' "$name.events" || fail "$name does not start"
}

# ends PID STATUS FILE WORDS: the program ends with that status and has said the words.
ends() {
	local got=0

	wait "$1" || got=$?
	[ "$got" = "$2" ] || fail "$3: exit $got instead of $2"
	grep -qF -- "$4" "$3" || fail "$3 does not say \"$4\": $(cat "$3")"
}

# stops NAME PID: the other side, which nothing has gone wrong with.
stops() {
	local got=0

	kill "$2"
	wait "$2" || got=$?
	[ "$got" = 0 ] || fail "$1: exit $got instead of 0: $(cat "$1.events" "$1.log")"
}

# says WORDS COMMAND...: it is refused, exit 2, with the words.
says() {
	local words=$1 got=0

	shift
	"$CWMPLAB" "$@" >said.log 2>&1 || got=$?
	[ "$got" = 2 ] || fail "cwmplab $*: exit $got: $(cat said.log)"
	grep -qF -- "$words" said.log || fail "cwmplab $*: \"$words\" is not in: $(cat said.log)"
}

# ---- the ACS plays ------------------------------------------------------------------------
starts acs acs --files files --play firmware-download --play-watch 200ms \
	--with Download.file=2.0.bin
acs=$pid
starts cpe cpe --acs-url $url
cpe=$pid
ends "$acs" 0 acs.log 'firmware-download: the path is walked: 12 messages in 2 sessions'
grep -q '"event":"step","step":3,"what":"POST DownloadResponse","ok":true,"message":5' acs.events ||
	fail "step 3 is not told"
grep -q '"event":"played","sequence":"firmware-download","side":"acs","ok":true' acs.events ||
	fail "the end is not told"
stops cpe "$cpe"

sed -e 's/ConnectionRequestUsername: {/&value: acs, /' \
	-e 's/ConnectionRequestPassword: {/&value: call-me, /' \
	"$source_dir/topologies/models/hp5920.yaml" >called.yaml
starts acs acs --play connection-request --call-username acs --call-password call-me
acs=$pid
starts cpe cpe --acs-url $url --model called.yaml
cpe=$pid
ends "$acs" 0 acs.log 'connection-request: the path is walked: 8 messages in 2 sessions'
stops cpe "$cpe"

# A call that has to wait.
cat >later.yaml <<'EOF'
name: later
steps:
  - {step: 1, see: session, event: 0 BOOTSTRAP, what: it comes}
  - {step: 2, see: call, after: 1s, what: it is called}
  - {step: 3, see: session, event: 6 CONNECTION REQUEST, what: it comes again}
EOF
starts acs acs --play ./later.yaml --call-username acs --call-password call-me
acs=$pid
starts cpe cpe --acs-url $url --model called.yaml
cpe=$pid
ends "$acs" 0 acs.log 'later: the path is walked: 8 messages in 2 sessions'
stops cpe "$cpe"

# What this side lacks is not the other side's doing.
starts acs acs --play connection-request
acs=$pid
starts cpe cpe --acs-url $url
cpe=$pid
ends "$acs" 1 acs.log \
	'connection-request: this ACS cannot go on at step 1 (GET, answered 200 or 204), message 4: 401: the CPE wants a digest, and no username'
stops cpe "$cpe"

starts acs acs --files files --play firmware-download --with Download.file=2.0.bin \
	--with 'Download.file-type=9 Nothing'
acs=$pid
starts cpe cpe --acs-url $url
cpe=$pid
ends "$acs" 1 acs.log \
	'the CPE left the path at step 3 (POST DownloadResponse), message 5: Fault 9003'
stops cpe "$cpe"

starts acs acs --play bootstrap --play-wait 1s
acs=$pid
ends "$acs" 1 acs.log 'the CPE left the path at step 1 (Inform with 0 BOOTSTRAP, answered): nobody has'

# A stop in the middle is no success.
starts acs acs --play bootstrap
acs=$pid
kill "$acs"
ends "$acs" 1 acs.log 'bootstrap: stopped before step 1'

# ---- the CPE plays ------------------------------------------------------------------------
cat >policy.yaml <<'EOF'
rules:
  - on: [0 BOOTSTRAP]
    steps:
      - {rpc: Download, file-type: 1 Firmware Upgrade Image, file: 2.0.bin, command-key: k}
EOF
starts acs acs --files files --policy policy.yaml
acs=$pid
starts cpe cpe --acs-url $url --play firmware-download --play-watch 200ms
ends "$pid" 0 cpe.log 'firmware-download: the path is walked: 12 messages in 2 sessions'
starts cpe cpe --acs-url $url --play "$source_dir/capture/sequences/periodic.yaml"
ends "$pid" 0 cpe.log 'periodic: the path is walked'
starts cpe cpe --acs-url $url --play factory-reset
ends "$pid" 1 cpe.log 'the ACS left the path at step 2 (200 FactoryReset), message'
stops acs "$acs"
starts cpe cpe --acs-url http://127.0.0.1:7599/cwmp --play bootstrap
ends "$pid" 1 cpe.log 'the ACS left the path at step 1 (Inform with 0 BOOTSTRAP, answered): it is not reached: TCP: '

# ---- what cannot be played ----------------------------------------------------------------
cat >wrong.yaml <<'EOF'
name: wrong
steps:
  - {step: 1, see: sesion, what: x}
EOF
says 'wrong.yaml:3:20: error: ' acs --play ./wrong.yaml
says 'wrong.yaml:3:20: error: ' cpe --acs-url $url --play ./wrong.yaml
says 'no sequence is named "firmware-downlod": ' acs --play firmware-downlod
says 'firmware-download.yaml:6:5: error: Download wants "url" or "file"' acs --play firmware-download
says '--with Download.url=VALUE says it' acs --play firmware-download
says '--with ChangeDUState: unknown do "instal"' acs --play software-modules \
	--with 'ChangeDUState.operations=[{do: instal, url: "http://127.0.0.1/x"}]'
says '--with key2: the ACS of firmware-download takes key, Download.KEY' acs \
	--play firmware-download --with key2=x --with Download.file=2.0.bin
says '--with Download.file: the ACS serves no file "nix" (--files FOLDER says from where)' acs \
	--play firmware-download --files files --with Download.file=nix
says 'the ACS serves no file "2.0.bin"' acs --play firmware-download --with Download.file=2.0.bin
says 'an ACS that plays a sequence goes by no policy' acs --play bootstrap --policy policy.yaml
says 'a sequence is played by one CPE, not by 2' cpe --acs-url $url --play bootstrap --count 2
says 'has no deployment units' cpe --acs-url $url --play autonomous \
	--with AutonomousTransferComplete.url=http://127.0.0.1/x
says 'which sequence is to be played?' acs --with x=1
exit 0
