#!/usr/bin/env bash
# debian_inside.sh: what debian.sh does in that Debian, as its root.
set -euo pipefail
share=/usr/share/cwmplab
work=/test/work
mkdir -m 755 $work

fail() {
	echo "FAILED: $*"
	exit 1
}

apt() {
	DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 "$@" \
		>$work/apt.log 2>&1 || { cat $work/apt.log; fail "apt-get $*"; }
}

# state FILE: of each file its mode, its owner and what is in it, but for what apt, dpkg, man
# and the linker keep for themselves about any package, and for the results in a home. Of
# accounts their names, without dnsmasq: Debian's dnsmasq-base makes that one, and leaves it
# when it is purged.
state() {
	local roots=(/ -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /test
		-o -path /home -o -path /var/lib/apt -o -path /var/cache -o -path /var/log
		-o -path '/var/lib/dpkg/*-old' -o -path /etc/ld.so.cache \) -prune -o)

	{
		find "${roots[@]}" -printf '%M %u %g %p %l\n' | sort -k 4
		find "${roots[@]}" -type f ! -path '/var/lib/dpkg/*' ! -path '/etc/passwd*' \
			! -path '/etc/shadow*' -exec sha256sum {} + | sort -k 2
		cut -d : -f 1 /etc/passwd | grep -vx dnsmasq
		cut -d : -f 1 /etc/shadow | grep -vx dnsmasq
		dpkg-query -W -f '${Package} ${Version} ${Status}\n'
	} >"$1"
}

# unchanged FILE WHAT: state() is as it was then.
unchanged() {
	state $work/now
	diff "$1" $work/now || fail "$2 left something, or took something"
	[ -z "$(find / -xdev \( -path /home -o -path /test -o -path /proc \) -prune -o \
		-name '*cwmplab*' -print)" ] || fail "files of its name are left after $2"
}

as_student() {
	(cd /home/student && setpriv --reuid=student --regid=student --init-groups \
		env HOME=/home/student "$@")
}

apt update
apt install --no-install-recommends man-db zsh bash-completion procps apparmor
useradd -m student
state $work/before

# install_package: with what it recommends itself, without what Debian's packages do, such
# as dbus, whose account outlives its purge, too.
install_package() {
	apt install --no-install-recommends /test/cwmplab.deb iproute2
	apt-mark auto iproute2 >/dev/null
}

install_package
dpkg -L cwmplab >/dev/null || fail "not installed"
echo "ok  installed, with $(dpkg -l | grep -c '^ii') packages"

as_student cwmplab doctor || fail "doctor"

# lab TOPOLOGY [VERDICT]: an ordinary user runs it where the package has put it, where they may
# write nothing.
lab() {
	as_student timeout 1200 cwmplab run "$share/topologies/$1" >$work/run.log ||
		{ cat $work/run.log; fail "run $1"; }
	[ -z "${2-}" ] || grep -x "$2" $work/run.log || fail "no verdict of $1"
	[ -s "/home/student/out/$1/report.html" ] || fail "no report of $1"
	echo "ok  an ordinary user runs $1"
}
lab figure-2 'ok  acs-migration for 3 of 3 CPEs'
lab cli-figure-2
lab diagnostics 'ok  diagnostics for 2 of 2 CPEs'
lab lossy-access
[ "$(stat -c %s /home/student/out/diagnostics/uploads/*.bin | sort -u)" = 1048576 ] ||
	fail "no uploads of diagnostics"
as_student cwmplab validate $share/topologies/*/topology.yaml >$work/log 2>&1 ||
	{ cat $work/log; fail "validate"; }
echo "ok  $(grep -c '^ok' $work/log) topologies are valid"

as_student cwmplab check out/figure-2/capture.pcapng --sequence acs-migration >$work/log ||
	{ cat $work/log; fail "check"; }
grep -q '^ok  acs-migration for 3 of 3 CPEs; 6 sessions of 3 devices: no rule was seen broken$' \
	$work/log || { cat $work/log; fail "the verdict of check"; }
echo "ok  check judges the capture of figure-2"

as_student env MANPAGER=cat man cwmplab >$work/man
grep -q 'acs-migration' $work/man || fail "man"
as_student whatis cwmplab | grep -q '^cwmplab (1)' || fail "whatis"
echo "ok  man cwmplab opens, $(wc -l <$work/man) lines"

n=0
as_student cwmplab --help | sed -n 's/^  \([a-z]\{2,\}\) .*/\1/p' | sort -u >$work/verbs
while read -r verb; do
	as_student cwmplab "$verb" --help </dev/null >$work/help || fail "$verb --help"
	grep -q "^usage: cwmplab $verb" $work/help || fail "$verb --help"
	grep -q "\<$verb\>" $work/man || fail "man says nothing of $verb"
	n=$((n + 1))
done <$work/verbs
[ $n -ge 30 ] || fail "$n verbs"
echo "ok  $n verbs have their help"

# A lab that stays up; its console is typed at.
as_student cwmplab up $share/topologies/cli-figure-2 --out cli >$work/log 2>&1 ||
	{ cat $work/log; fail "up"; }
printf 'display version\nquit\n' | as_student cwmplab cli cli-figure-2 sw1 >$work/log ||
	{ cat $work/log; fail "cli"; }
grep -q '^HP Comware Software' $work/log || fail "the console: $(cat $work/log)"
echo "ok  cli opens the console of a switch"

# completes SHELL LINE ANSWER: zsh also names the folders of the path on the way.
completes() {
	local got

	got=$(as_student env ZCOMPDUMP=/home/student/.zcompdump "$1" "/test/completion.$1" \
		"$work/$1" <<<"$2")
	[[ " $got " == *" $3 "* ]] || fail "$1: \"$2\" completes to \"$got\""
	echo "ok  $1: \"$2\" completes to \"$got\""
}

# bash finds the script by the loader of bash-completion, zsh in its own folder of vendors: the
# one that it is given here is empty.
mkdir $work/bash $work/zsh
cat >$work/bash/cwmplab.bash <<-'END'
	. /usr/share/bash-completion/bash_completion
	_completion_loader cwmplab || [ $? -eq 124 ]
END
topologies="$share/topologies/figure-2 $share/topologies/figure-2-http"
completes bash "cwmplab run $share/topologies/fi" "$topologies"
completes zsh "cwmplab run $share/topologies/fi" 'figure-2 figure-2-http'
for shell in bash zsh; do
	completes $shell 'cwmplab val' validate
	completes $shell 'cwmplab run --ou' --out
	completes $shell 'cwmplab cpe --model managed' managed-switch
	completes $shell 'cwmplab check --sequence soft' software-modules
	completes $shell 'cwmplab cli cli-f' cli-figure-2
	completes $shell 'cwmplab cli cli-figure-2 s' sw1
done
as_student cwmplab down cli-figure-2 || fail "down"
[ -z "$(find / -xdev -user student ! -path '/home/*' ! -path '/proc/*' -print)" ] ||
	fail "labs left something outside of the home"

# The AppArmor of Debian 12 does not know the rule of the profile, so it must not get it: its
# service would fail. One that takes the profile gets it, and loses it with the package.
profile=/etc/apparmor.d/cwmplab
[ ! -e $profile ] || fail "AppArmor got a profile that it cannot read"
echo "ok  an old AppArmor is left alone"
parser=/usr/sbin/apparmor_parser
mv $parser $work/parser
printf '#!/bin/sh\nexit 0\n' >$parser
chmod 755 $parser
apt install --no-install-recommends --reinstall /test/cwmplab.deb
cmp $share/apparmor.d/cwmplab $profile || fail "AppArmor did not get the profile"
apt remove cwmplab
[ ! -e $profile ] || fail "the profile outlives the package"
echo "ok  a new AppArmor has the profile as long as the package is installed"
mv $work/parser $parser

apt purge cwmplab
apt autoremove --purge
unchanged $work/before "the removal"

# By one command, from one that was installed and never used.
install_package
apt autoremove --purge cwmplab
unchanged $work/before "one removal"
echo "ok  removed without a trace"
