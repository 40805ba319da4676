#!/usr/bin/env bash
# widths.sh CWMPLAB MKCAP SOURCE: what is laid out in columns, on terminals of 40, 80 and 200 (by
# script(1)), in a pipe, and where COLUMNS says how wide. No line is wider than that, and nothing
# is cut where there is room or nothing that limits it. 77: no script(1) here.
set -u
cwmplab=$1 mkcap=$2 source=$3
command -v script >/dev/null || { echo "no script"; exit 77; }
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
unset COLUMNS
export LC_ALL=C.UTF-8 NO_COLOR=1 HOME=$dir TERM=xterm
status=0

fails() {
	echo "$*"
	status=1
}

# A device with long names, one of them in characters of two columns, and a session that fails.
serial=SERIAL-0123456789-0123456789-ABCDEF
class=路由器-ホームゲートウェイ
url=http://10.0.0.11:7547/a-long-path/of-an-acs?with=a-query
cat >a.script <<END
lease url=$url
open $url
> Inform serial=$serial events="0 BOOTSTRAP,1 BOOT,4 VALUE CHANGE,M Download,M Reboot"
	edit s|CPE</ProductClass>|$class</ProductClass>|
< 500
close
wait 10s
begin url=$url serial=$serial retry=1 events="0 BOOTSTRAP,1 BOOT"
	edit s|CPE</ProductClass>|$class</ProductClass>|
> empty
< SetParameterValues ParameterKey=k1 Device.X=1:int
> Fault code=9003 Device.X=9005
finish
END
"$mkcap" a.script a.pcap || exit 1
cp "$source/tests/unit/capture/texts/inform.xml" .

# wide FILE: columns of its widest line.
wide() { wc -L <"$1"; }

on_terminal() { # WIDTH COMMAND: what it prints there
	script -qec "stty cols $1; $2" /dev/null </dev/null | tr -d '\r'
}

# A lab of its own, where this machine can have one.
row=
export XDG_RUNTIME_DIR=$dir
if "$cwmplab" doctor >/dev/null 2>&1; then
	cat >lab.yaml <<-END
		name: a-lab-with-a-long-name
		nodes:
		  sw1: {kind: switch}
		  the-only-acs-of-this-lab: {kind: acs, attach: sw1, address: 10.0.0.11/24, url: http://a.lab:7547/acs}
	END
	if "$cwmplab" up lab.yaml --out out >said 2>&1; then
		trap '"$cwmplab" down a-lab-with-a-long-name --now >/dev/null 2>&1; rm -rf "$dir"' EXIT
		row='inspect a-lab-with-a-long-name'
	else
		fails "no lab: $(cat said)"
	fi
fi

# Ladders have a width of their own in a pipe, but are whole.
"$cwmplab" decode a.pcap >pipe
grep -q '…' pipe && fails "decode: cut in a pipe: $(grep -m1 '…' pipe)"

while read -r words; do
	[ -n "$words" ] || continue
	command="'$cwmplab' $words"
	sh -c "$command" >pipe
	grep -q '…' pipe && fails "$words: cut in a pipe: $(grep -m1 '…' pipe)"
	for width in 40 80 200; do
		on_terminal $width "$command" >shown
		[ "$(wide shown)" -le $width ] ||
			fails "$words: $(wide shown) columns at $width: $(awk -v w=$width 'length > w' shown | head -1)"
		[ -s shown ] || fails "$words: nothing at $width"
	done
	[ "$(wide pipe)" -gt 200 ] || cmp -s pipe shown ||
		fails "$words: at 200 it is not what it is in a pipe: $(diff pipe shown | head -5)"
	COLUMNS=60 sh -c "$command" >shown
	[ "$(wide shown)" -le 60 ] || fails "$words: $(wide shown) columns where COLUMNS is 60"
	COLUMNS=60 on_terminal 200 "$command" | cmp -s - shown || fails "$words: COLUMNS on a terminal"
	COLUMNS=wide sh -c "$command" | cmp -s - pipe || fails "$words: COLUMNS is no number"
done <<-END
	decode --table a.pcap
	check --table a.pcap
	decode --stats a.pcap
	check --stats a.pcap
	decode --table inform.xml
	decode --stats inform.xml
	rules
	rules SES-09 URL-03
	opt43 decode 013B 687474703a2f2f6163732e64617461626173653a393039302f616373 20 75 20 70
	opt43 explain 013B 687474703a2f2f6163732e64617461626173653a393039302f616373 20 75 20 70
	opt43 explain 013B68
	opt43 explain 0101612B
	doctor
	$row
END
exit $status
