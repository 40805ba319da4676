#!/usr/bin/env bash
# debian.sh PACKAGE.deb [MIRROR]: installs the package in a minimal Debian 12 that
# debootstrap makes in a temporary folder, and looks at it there as its user does: labs
# run, a capture is judged, a console is typed at, the manual page opens, the shells
# complete, and after the removal no file and no account of it is left, and no other
# file is changed. Needs root, the network, debootstrap (apt-get install debootstrap)
# and some minutes, so it is no test of ctest. Without MIRROR Debian comes from where
# this machine has its own. It is entered by pivot_root(8) in a mount namespace of its
# own: in a chroot the kernel refuses user namespaces.
set -euo pipefail
deb=$(readlink -f "${1:?debian.sh PACKAGE.deb [MIRROR]}")
mirror=${2:-$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
	awk '$1 == "bookworm" && !uri { uri = $2 } END { print uri }')}
[ -n "$mirror" ] || { echo "debian.sh: no mirror of Debian 12 is known here: name one"; exit 2; }
here=$(dirname "$(readlink -f "$0")")
[ "$(id -u)" -eq 0 ] || { echo "debian.sh: needs root"; exit 77; }
command -v debootstrap >/dev/null || { echo "debian.sh: apt-get install debootstrap"; exit 77; }

dir=$(mktemp -d /var/tmp/cwmplab-debian.XXXXXX)
trap 'rm -rf --one-file-system "$dir"' EXIT
chmod 755 "$dir"
root=$dir/root
echo "debootstrap in $root"
debootstrap --variant=minbase bookworm "$root" "$mirror" >"$dir/log" 2>&1 ||
	{ tail "$dir/log"; exit 1; }
cp /etc/resolv.conf "$root/etc/resolv.conf"
mkdir "$root/test" "$root/old"
cp "$deb" "$root/test/cwmplab.deb"
cp "$here/debian_inside.sh" "$here/../integration/verbs/completion.zsh" \
	"$here/../integration/verbs/completion.bash" "$root/test"

# Everything that is mounted or started below ends with this process.
unshare --mount --pid --fork --kill-child --propagation private bash -euc '
	cd "$1"
	mount --bind . .
	cd "$1"
	pivot_root . old
	cd /
	mount -t proc proc /proc
	mount --rbind /old/sys /sys
	mount --rbind /old/dev /dev
	umount -l /old
	exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 TERM=dumb \
		/bin/bash /test/debian_inside.sh
' bash "$root"
