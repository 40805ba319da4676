#!/usr/bin/env bash
# fetch.sh FOLDER: brings into the folder what boot.sh needs, and installs nothing: the kernel of this
# Debian with its modules, a static busybox, and QEMU. Needs the network, and root for apt-get update.
set -euo pipefail
folder=${1:?fetch.sh FOLDER}
mkdir -p "$folder/packages"
folder=$(cd "$folder" && pwd)
cd "$folder/packages"

# unpack INTO PACKAGE...: each once.
unpack() {
	local into=$folder/$1 package

	shift
	mkdir -p "$into"
	for package; do
		[ ! -e "$package" ] || continue
		compgen -G "${package}_*.deb" >/dev/null || apt-get -qq download "$package"
		dpkg-deb -x "${package}"_*.deb "$into"
		touch "$package"
	done
}

[ "$(id -u)" -ne 0 ] || apt-get -qq update
kernel=$(apt-cache depends linux-image-amd64 | awk '/Depends: linux-image/ {print $2; exit}')
[ -n "$kernel" ] || { echo "fetch.sh: apt knows no linux-image-amd64"; exit 3; }
unpack kernel "$kernel"
unpack busybox busybox-static
mapfile -t packages < <(
	echo qemu-system-x86
	# what is installed already need not be fetched
	apt-get install -s --no-install-recommends qemu-system-x86 2>/dev/null | awk '/^Inst/ {print $2}'
)
unpack qemu "${packages[@]}"

# As on the root that it is laid over (boot.sh), where /lib is a link.
if [ -d "$folder/kernel/lib" ]; then
	mkdir -p "$folder/kernel/usr"
	mv "$folder/kernel/lib" "$folder/kernel/usr/lib"
fi
busybox=$(find "$folder/busybox" -path "*/bin/busybox" -type f)
install -m 755 "$busybox" "$folder/busybox.static"
# The kernel loads its modules by /sbin/modprobe, which a machine without modules lacks.
mkdir -p "$folder/kernel/usr/sbin"
install -m 755 "$busybox" "$folder/kernel/usr/sbin/modprobe"
version=$(ls "$folder/kernel/usr/lib/modules")
ln -sfn usr/lib "$folder/kernel/lib"
"$busybox" depmod -b "$folder/kernel" "$version"
rm "$folder/kernel/lib"
echo "$version" >"$folder/version"
