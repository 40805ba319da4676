#!/usr/bin/env bash
# planted.sh MKCAP: words are planted wherever a secret can stand, in a capture, in a lab and
# in agents that run by hand. No output of any verb has one, unless it is asked for; what
# has the packets or the keys is its owner's alone.
set -euo pipefail
mkcap=$1
. "$CWMPLAB_SOURCE/tests/support/patience.sh"
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
running=()
stop_all() {
	for pid in "${running[@]}"; do
		kill "$pid" 2>/dev/null || true
	done
	"$CWMPLAB" down planted-up --now >/dev/null 2>&1 || true
	rm -rf "$work"
}
trap stop_all EXIT
export HOME=$work XDG_RUNTIME_DIR=$work
cd "$work"

fail() {
	echo "FAILED: $*"
	exit 1
}

# The words as they are, in UTF-16 and UTF-32, and in hex of any of these.
word='pl4nt[0-9]*'
hex='70(00)*6[cC](00)*34(00)*6[eE](00)*74'

# clean FILE...: no word stands in them.
clean() {
	local file

	for file; do
		if tr -d '\0' <"$file" | grep -aqE "$word|$hex"; then
			fail "$file has $(tr -d '\0' <"$file" | grep -aoE ".{0,60}($word|$hex)" | head -3)"
		fi
	done
}

# says COMMAND...: runs it, whatever its exit status, and looks at what it says.
n_outputs=0
says() {
	"$@" >said 2>&1 </dev/null || true
	[ -s said ] || fail "$* says nothing"
	clean said
	n_outputs=$((n_outputs + 1))
}

# private FILE...: mode 0600.
private() {
	local file

	for file; do
		[ "$(stat -c %a "$file")" = 600 ] || fail "$file has mode $(stat -c %a "$file")"
	done
}

# ---- a capture ------------------------------------------------------------------------

# envelope NAME VALUE: a SetParameterValues with these two elements, which are markup.
envelope() {
	cat <<-EOF
		<?xml version="1.0"?>
		<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:c="urn:dslforum-org:cwmp-1-0">
		<e:Header><c:ID e:mustUnderstand="1">$RANDOM</c:ID></e:Header><e:Body><c:SetParameterValues>
		<ParameterList><ParameterValueStruct>$1$2</ParameterValueStruct></ParameterList>
		<ParameterKey>k</ParameterKey></c:SetParameterValues></e:Body></e:Envelope>
	EOF
}

# ask ENCODING MARKUP MARKUP: a script's lines that send it, byte for byte, and the answer.
ask() {
	local bytes

	bytes=$(envelope "$2" "$3" | iconv -f UTF-8 -t "$1" | od -An -v -tx1 | tr -d ' \n' |
		sed 's,.\{1000\},& ,g')
	printf '< 200\n\tContent-Type: text/xml\n\tbody %s\n' "$bytes"
	printf '> SetParameterValuesResponse\n'
}

name='<Name>Device.WiFi.AccessPoint.1.Security.PreSharedKey</Name>'
{
	cat "$here/planted.script"
	ask UTF-8 "$name" '<Value>pl4nt50</Value>'
	ask UTF-8 '<Value>pl4nt51</Value>' "$name"
	ask UTF-8 "$name<!-- between -->" '<Value><![CDATA[pl4nt52]]></Value>'
	ask UTF-8 '<Name>Device.ManagementServer.Pass&#119;ord</Name>' '<Value>pl4nt53</Value>'
	ask UTF-8 '<Name>Device.ManagementServer.<![CDATA[Password]]></Name>' '<Value>pl4nt54</Value>'
	ask UTF-16 "$name" '<Value>pl4nt55</Value>'
	ask UTF-16LE "$name" '<Value>pl4nt56</Value>'
	ask UTF-16BE '<Value>pl4nt57</Value>' "$name"
	ask UTF-32 "$name" '<Value>pl4nt58</Value>'
	ask UTF-32BE "$name" '<Value>pl4nt59</Value>'
	n=60
	for name in AdminPasswd UserPwd userpass PSK WEPKey.1 RadiusSecret AuthToken APIKEY PIN; do
		ask UTF-8 "<Name>Device.X_LAB_$name</Name>" "<Value>pl4nt$n</Value>"
		n=$((n + 1))
	done
	ask UTF-8 '<Name>Device.X_LAB_URL</Name>' \
		'<Value>ftp://u&#58;pl4nt70&#64;h/?a=1&amp;token=pl4nt71</Value>'
	cat "$here/planted.end"
} >planted.full
"$mkcap" planted.full planted.pcap || fail "the script is none"
words=$(tr -d '\0' <planted.pcap | grep -aoE "$word" | sort -u | wc -l)
[ "$words" -ge 45 ] || fail "only $words words are in the capture"

for verb in decode check; do
	for format in text json ndjson har mermaid html; do
		says "$CWMPLAB" $verb planted.pcap -f $format
	done
	says "$CWMPLAB" $verb planted.pcap --table
	says "$CWMPLAB" $verb planted.pcap --stats
	says "$CWMPLAB" $verb planted.pcap --json
	says "$CWMPLAB" $verb planted.pcap --sequence acs-migration
	says "$CWMPLAB" $verb planted.pcap --sequence bootstrap --strict
done
"$CWMPLAB" decode planted.pcap -f ndjson --show-secrets >shown
[ "$(tr -d '\0' <shown | grep -aoE "$word" | sort -u | wc -l)" -ge 35 ] ||
	fail "--show-secrets shows $(tr -d '\0' <shown | grep -aoE "$word" | sort -u | wc -l) words"
for umask in 000 077; do
	(
		umask $umask
		install -m 644 /dev/null secrets.html
		install -m 644 /dev/null some.pcapng
		"$CWMPLAB" decode planted.pcap -f html --show-secrets -o secrets.html 2>/dev/null
		"$CWMPLAB" decode planted.pcap -w some.pcapng >/dev/null 2>&1
		private secrets.html some.pcapng
	)
done
# What is no secret stays to be seen.
"$CWMPLAB" decode planted.pcap -f ndjson >shown
for seen in ConnectionRequestURL http://10.0.0.100:7547/cr ParameterKey 'user cpe'; do
	grep -qF "$seen" shown || fail "\"$seen\" is not to be seen any more"
done
echo "ok  $words words in a capture, $n_outputs outputs"

# ---- a screen -------------------------------------------------------------------------

screen_has() { tmux -S "$work/tmux" capture-pane -p -t b 2>/dev/null | grep -qE -- "$1"; }

if command -v tmux >/dev/null; then
	SHELL=/bin/sh tmux -S "$work/tmux" -f /dev/null new-session -d -x 200 -y 60 -s b \
		"LC_ALL=C.UTF-8 '$CWMPLAB' browse planted.pcap; sleep infinity"
	wait_until screen_has 'all 1 session of 1 device' || fail "the browser never came"
	while read -r wanted keys; do
		# shellcheck disable=SC2086
		tmux -S "$work/tmux" send-keys -t b $keys
		wait_until screen_has "$wanted" ||
			fail "no \"$wanted\": $(tmux -S "$work/tmux" capture-pane -p -t b)"
		tmux -S "$work/tmux" capture-pane -p -t b >screen
		clean screen
	done <<-'EOT'
	sessions[[:space:]]of Enter
	session[[:space:]]1$ Enter
	>[[:space:]]Inform$ /Inform Enter Enter
	<EventCode> /EventCode Enter
	EOT
	tmux -S "$work/tmux" kill-server
	echo "ok  the browser"
fi

# ---- a lab ----------------------------------------------------------------------------

mkdir lab
cp "$here/planted.yaml" lab/topology.yaml
cp "$here/planted-policy.yaml" lab/policy.yaml
n_outputs=0
says "$CWMPLAB" validate lab
for format in text dot svg; do
	says "$CWMPLAB" graph lab -f $format
done
says "$CWMPLAB" run lab --dry-run
# Mistakes are shown with their lines.
for edit in 's/password: pl4nt/passwort: x, password: pl4nt/' 's/, policy: policy/, polici: policy/' \
	's/username: cpe, password/pasword: a, password/' 's/count: 2/count: x/'; do
	mkdir -p wrong
	sed "$edit" lab/topology.yaml >wrong/topology.yaml
	says "$CWMPLAB" validate wrong
	grep -q error said || fail "no mistake by $edit"
done
sed 's/parameter-key: moved/parameter-key: [moved]/' lab/policy.yaml >wrong/policy.yaml
cp lab/topology.yaml wrong/
says "$CWMPLAB" validate wrong

for umask in 000 077; do
	rm -rf out
	mkdir -p out/logs
	for file in capture.pcapng keys.log report.json report.html events.jsonl logs/acs1.log; do
		install -m 644 /dev/null out/$file
	done
	(umask $umask && "$CWMPLAB" run lab --out out) >said 2>&1 || fail "run: $(cat said)"
	clean said
	private out/capture.pcapng out/keys.log
	grep -qE "$word" out/capture.pcapng || fail "the capture is not of this lab"
	for file in $(find out -type f ! -name capture.pcapng ! -name keys.log); do
		clean "$file"
		n_outputs=$((n_outputs + 1))
	done
done
"$CWMPLAB" run lab --out out --show-secrets --json >said 2>&1 || fail "run: $(cat said)"
private out/report.json out/report.html
for format in text json ndjson har html; do
	says "$CWMPLAB" check out/capture.pcapng -f $format
done

sed 's/^name: planted/&-up/' lab/topology.yaml >lab/up.yaml
(umask 000 && "$CWMPLAB" up lab/up.yaml --out up --capture) >said 2>&1 || fail "up: $(cat said)"
clean said
moved() { grep -q '"event":"moved"' up/events.jsonl; }
wait_until moved || fail "no CPE has moved: $(cat up/events.jsonl)"
says "$CWMPLAB" ls
says "$CWMPLAB" ls --json
says "$CWMPLAB" inspect planted-up
says "$CWMPLAB" inspect planted-up --json
for node in acs1 acs2 cpe dhcp; do
	says "$CWMPLAB" inspect planted-up $node
	says "$CWMPLAB" logs planted-up $node
done
says "$CWMPLAB" down planted-up
private up/capture.pcapng up/keys.log
for file in $(find up -type f ! -name capture.pcapng ! -name keys.log); do
	clean "$file"
done
echo "ok  a lab, $n_outputs outputs"

# ---- agents by hand -------------------------------------------------------------------

# In a network of their own, where every port is free.
unshare -rn true 2>/dev/null || { echo "skipped: agents by hand"; exit 0; }
export CWMPLAB CWMPLAB_SOURCE
unshare -rn bash "$here/by_hand.sh" "$word|$hex" || fail "by hand: $(cat by-hand 2>/dev/null)"
for file in by-hand/*; do
	clean "$file"
done
private by-hand/state
echo "ok  agents by hand, $(find by-hand -type f | wc -l) files"
