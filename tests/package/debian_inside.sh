#!/usr/bin/env bash
# debian_inside.sh: what debian.sh does in that Debian, as its root.
set -euo pipefail
share=/usr/share/cwmplab

fail() {
	echo "FAILED: $*"
	exit 1
}

apt() {
	DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 "$@" \
		>/tmp/apt.log 2>&1 || { cat /tmp/apt.log; fail "apt-get $*"; }
}

# all_files: but for what apt and dpkg keep for themselves about any package.
all_files() {
	find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /tmp -o -path /test \
		-o -path /home -o -path /var/lib/apt -o -path /var/cache -o -path /var/log \
		-o -path '/var/lib/dpkg/*-old' -o -path /etc/ld.so.cache \) -prune -o -print | sort
}

as_student() {
	(cd /home/student && setpriv --reuid=student --regid=student --init-groups \
		env HOME=/home/student "$@")
}

apt update
apt install --no-install-recommends man-db zsh bash-completion procps apparmor
useradd -m student
all_files >/tmp/before

apt install --no-install-recommends /test/cwmplab.deb
dpkg -L cwmplab >/dev/null || fail "not installed"
echo "ok  installed, with $(dpkg -l | grep -c '^ii') packages"

as_student cwmplab doctor || fail "doctor"
as_student timeout 1200 cwmplab run $share/topologies/figure-2 >/tmp/run.log ||
	{ cat /tmp/run.log; fail "run"; }
grep -x 'ok  acs-migration for 3 of 3 CPEs' /tmp/run.log || fail "no verdict"
[ -s /home/student/out/figure-2/report.html ] || fail "no report"
echo "ok  an ordinary user runs figure-2"

as_student env MANPAGER=cat man cwmplab >/tmp/man
grep -q 'acs-migration' /tmp/man || fail "man"
echo "ok  man cwmplab opens, $(wc -l </tmp/man) lines"

# completes SHELL LINE ANSWER: zsh also names the folders of the path on the way.
completes() {
	local got

	got=$(as_student "$1" "/test/completion.$1" "/tmp/$1" "$2")
	[[ " $got " == *" $3 "* ]] || fail "$1: \"$2\" completes to \"$got\""
	echo "ok  $1: \"$2\" completes to \"$got\""
}

# bash finds the script by the loader of bash-completion, zsh by its folder of vendors.
mkdir /tmp/bash
cat >/tmp/bash/cwmplab.bash <<-'EOF'
	. /usr/share/bash-completion/bash_completion
	_completion_loader cwmplab || [ $? -eq 124 ]
EOF
ln -s /usr/share/zsh/vendor-completions /tmp/zsh
topologies="$share/topologies/figure-2 $share/topologies/figure-2-http"
completes bash 'cwmplab val' validate
completes bash "cwmplab run $share/topologies/fi" "$topologies"
completes zsh 'cwmplab val' validate
completes zsh "cwmplab run $share/topologies/fi" 'figure-2 figure-2-http'

# The AppArmor of Debian 12 does not know the rule of the profile, so it must not get it: its
# service would fail. One that takes the profile gets it, and loses it with the package.
profile=/etc/apparmor.d/cwmplab
[ ! -e $profile ] || fail "AppArmor got a profile that it cannot read"
echo "ok  an old AppArmor is left alone"
parser=/usr/sbin/apparmor_parser
mv $parser /tmp/parser
printf '#!/bin/sh\nexit 0\n' >$parser
chmod 755 $parser
apt install --reinstall /test/cwmplab.deb
cmp $share/apparmor.d/cwmplab $profile || fail "AppArmor did not get the profile"
apt remove cwmplab
[ ! -e $profile ] || fail "the profile outlives the package"
echo "ok  a new AppArmor has the profile as long as the package is installed"
mv /tmp/parser $parser

apt purge cwmplab
apt autoremove --purge
all_files >/tmp/after
diff /tmp/before /tmp/after || fail "the package left something, or took something"
[ -z "$(find / -xdev -path /home -prune -o -path /test -prune -o -path /tmp -prune \
	-o -path /proc -prune -o -name '*cwmplab*' -print)" ] || fail "files of its name are left"
echo "ok  removed without a trace"
