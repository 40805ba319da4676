#!/usr/bin/env bash
# Who may include whom. Each row: the files of a folder, and what their #include lines may
# name. Everything is rooted at the repository.
set -u
cd "$(dirname "$0")/../.."
status=0

# check FOLDER ALLOWED_QUOTED ALLOWED_LIBRARIES (extended regular expressions)
check() {
	local folder=$1 quoted=$2 libraries=$3 bad

	bad=$(grep -rnE '^#[[:space:]]*include "' "$folder" --include='*.[ch]' |
		grep -vE "#[[:space:]]*include \"($quoted)") && {
		printf 'layer broken:\n%s\n' "$bad"
		status=1
	}
	bad=$(grep -rnE '^#[[:space:]]*include <(uv\.h|openssl/|pcap|netlink/|libxml/|yaml\.h|jansson\.h|ares|sqlite3|zlib|ncurses)' \
		"$folder" --include='*.[ch]' | grep -vE "include <($libraries)") && {
		printf 'library in the wrong layer:\n%s\n' "$bad"
		status=1
	}
}

check lib/base 'lib/base/' 'yaml\.h'
check lib/proto 'lib/(base|proto)/' 'libxml/'
check agents/common '(lib|agents/common)/' 'uv\.h|openssl/|jansson\.h|ares'
check agents/dhcp '(lib|agents/common|agents/dhcp)/' 'uv\.h|jansson\.h'
check agents/acs '(lib|agents/common|agents/acs)/' 'uv\.h|jansson\.h|sqlite3'
check agents/cpe '(lib|agents/common|agents/cpe)/' 'uv\.h|jansson\.h|ares'
check capture '(lib|capture)/' 'pcap|openssl/|zlib|jansson\.h'
check lab '(lib|lab|capture|agents/common|agents/(dhcp|acs|cpe)/[a-z]+)' 'netlink/|jansson\.h|ncurses'
exit $status
