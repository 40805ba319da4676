#!/usr/bin/env bash
# boot.sh FOLDER COMMAND [ARGUMENT...]: boots the kernel that fetch.sh has brought into the folder, in
# QEMU, and runs the command in it as root. It sees this machine's files but those of /tmp and /run;
# what it writes stays in memory, and is lost. Prints what its console shows, and ends with the status
# of the command (100 for more), 3 where nothing came of it, 124 after LIMIT seconds (3600).
# MEMORY (3072) in MiB, CPUS (2), ACCEL (tcg,thread=multi; kvm is faster where it works).
set -euo pipefail
folder=$(cd "${1:?boot.sh FOLDER COMMAND...}" && pwd)
shift
kernel=$folder/kernel version=$(cat "$folder/version") busybox=$folder/busybox.static
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# ---- the first root: what mounts the second one ------------------------------------------------

root=$work/root
mkdir -p "$root"/{bin,modules,proc,sys,dev,host,kernel,memory,new}
cp "$busybox" "$root/bin/busybox"
# What the root is mounted with, each behind what it needs.
modules=$(awk -v wanted='virtio_pci 9pnet_virtio 9p overlay' '
	function name(path) {
		sub(/.*\//, "", path)
		sub(/\.ko.*/, "", path)
		gsub("-", "_", path)
		return path
	}
	function load(path, i, n, list) {
		if (path in is_done) return
		is_done[path] = 1
		n = split(needs[name(path)], list, " ")
		for (i = 1; i <= n; i++) load(list[i])
		print path
	}
	{
		sub(/:$/, "", $1)
		path_of[name($1)] = $1
		for (i = 2; i <= NF; i++) needs[name($1)] = needs[name($1)] " " $i
	}
	END {
		n = split(wanted, list, " ")
		for (i = 1; i <= n; i++) if (list[i] in path_of) load(path_of[list[i]])
	}' "$kernel/usr/lib/modules/$version/modules.dep")
number=100
for module in $modules; do
	case $module in
	*.xz) xz -dc "$kernel/usr/lib/modules/$version/$module" >"$root/modules/$number.ko" ;;
	*) cp "$kernel/usr/lib/modules/$version/$module" "$root/modules/$number.ko" ;;
	esac
	number=$((number + 1))
done

cat >"$root/init" <<-'END'
	#!/bin/busybox sh
	/bin/busybox --install -s /bin
	mount -t proc proc /proc
	mount -t devtmpfs devtmpfs /dev
	for module in /modules/*.ko; do insmod "$module"; done
	options=trans=virtio,version=9p2000.L,msize=262144,cache=loose,ro
	mount -t 9p -o $options host /host && mount -t 9p -o $options kernel /kernel || poweroff -f
	mount -t tmpfs -o size=75% tmpfs /memory
	mkdir /memory/upper /memory/work
	mount -t overlay -o lowerdir=/kernel:/host,upperdir=/memory/upper,workdir=/memory/work overlay /new
	mount -t proc proc /new/proc
	mount -t sysfs sysfs /new/sys
	mount -t devtmpfs devtmpfs /new/dev
	mkdir -p /new/dev/pts /new/dev/shm
	ln -s /proc/self/fd /new/dev/fd
	for number in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${number%:*}" "/new/dev/${number#*:}"; done
	mount -t devpts devpts /new/dev/pts
	mount -t tmpfs -o mode=1777 tmpfs /new/dev/shm
	mount -t tmpfs tmpfs /new/run
	mount -t tmpfs -o mode=1777 tmpfs /new/tmp
	cp /command /new/run/command
	cp /second /new/run/second
	umount /dev /proc
	exec switch_root /new /bin/bash /run/second
END
# The root is the one of a mount namespace from here on: in a chroot nobody may make a user namespace.
cat >"$root/second" <<-'END'
	export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
	echo 1 >/proc/sys/kernel/printk
	ip link set lo up
	cd /
	bash /run/command </dev/null
	status=$?
	[ "$status" -le 100 ] || status=100
	# The device that ends QEMU (isa-debug-exit) with twice what is written and one; it ends with one
	# where it fails itself.
	printf "\\x$(printf %02x $((status + 1)))" | dd of=/dev/port bs=1 seek=$((0xf4)) conv=notrunc status=none
	echo o >/proc/sysrq-trigger
	sleep 60
END
printf '%q ' "$@" >"$root/command"
chmod +x "$root/init"
(cd "$root" && find . | "$busybox" cpio -o -H newc 2>/dev/null | gzip -1) >"$work/initrd.gz"

# ---- the machine -------------------------------------------------------------------------------

files=$folder/qemu/usr
libraries=$files/lib/x86_64-linux-gnu:$folder/qemu/lib/x86_64-linux-gnu
status=0
LD_LIBRARY_PATH=$libraries QEMU_MODULE_DIR=$files/lib/x86_64-linux-gnu/qemu \
	timeout --foreground "${LIMIT:-3600}" nice "$files/bin/qemu-system-x86_64" \
	-L "$files/share/qemu" -L "$files/share/seabios" \
	-machine q35,usb=off,sata=off,smbus=off -accel "${ACCEL:-tcg,thread=multi}" -cpu max -smp "${CPUS:-2}" \
	-m "${MEMORY:-3072}" -nodefaults -no-user-config -nographic -serial stdio -no-reboot \
	-kernel "$kernel/boot/vmlinuz-$version" -initrd "$work/initrd.gz" \
	-append "console=ttyS0 quiet panic=-1 nokaslr mitigations=off random.trust_cpu=on" \
	-device isa-debug-exit,iobase=0xf4,iosize=0x04 \
	-fsdev local,id=host,path=/,security_model=none,readonly=on,multidevs=remap \
	-device virtio-9p-pci,fsdev=host,mount_tag=host \
	-fsdev local,id=kernel,path="$kernel",security_model=none,readonly=on \
	-device virtio-9p-pci,fsdev=kernel,mount_tag=kernel </dev/null || status=$?
case $status in
124) ;;
0 | 1) status=3 ;; # QEMU itself, or a kernel that ended without a word
*) status=$((status / 2 - 1)) ;;
esac
exit "$status"
