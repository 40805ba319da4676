#!/usr/bin/env bash
# notes.sh CWMPLAB: the program says that it can run on a shadow stack, as its flags promise.
# 77: not on x86, no readelf, or a build with sanitizers, which has other flags.
set -u
case $(uname -m) in x86_64 | i?86) ;; *) exit 77 ;; esac
command -v readelf >/dev/null || exit 77
readelf -Ws "$1" | grep -q __asan_init && exit 77
readelf -n "$1" | grep -q 'x86 feature:.*SHSTK' ||
	{ echo "$1 has no note SHSTK:"; readelf -n "$1"; exit 1; }
