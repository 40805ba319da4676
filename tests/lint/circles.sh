#!/usr/bin/env bash
# circles.sh BUILD [LIST]: which files need each other. Two files are in a circle when each
# uses, straight or through others, a function or variable that the other one defines: then
# neither can be understood, tested or replaced alone. The objects of BUILD tell, not the
# includes. LIST, a file, replaces the list below.
set -u
tree=$(cd "$(dirname "$0")/../.." && pwd) || exit 2
build=${1:?circles.sh BUILD}
most=4

# The circles that stay, one a line: its files, a bar, and the reason as a sentence.
list='
'
[ $# -lt 2 ] || list=$(cat "$2") || exit 2
command -v nm >/dev/null || exit 77
cd "$build" || exit 2

# The object of capture/tls/keylog.c is capture/CMakeFiles/capture_tls.dir/tls/keylog.c.o. One
# without a source was left by an earlier build of the folder.
objects() {
	local object source

	find lib agents capture lab -name '*.o' 2>/dev/null | while read -r object; do
		source=${object%.o}
		[[ $source =~ ^(.*/)CMakeFiles/[^/]*\.dir/(.*)$ ]] &&
			source=${BASH_REMATCH[1]}${BASH_REMATCH[2]}
		[ -e "$tree/$source" ] || [ -e "$source" ] || continue
		printf '%s\n' "$object"
	done
}

# Lines "source symbol letter".
symbols() {
	objects | xargs -r nm -A -g -P |
		sed -E 's|CMakeFiles/[^/]*\.dir/||; s|\.o: | |'
}

symbols | awk -v most="$most" -v list="$list" '
function say(text) { print text; status = 1 }

# The files of a circle, sorted, as one text.
function sorted(names, n,    i, k, name, text) {
	for (i = 2; i <= n; i++) {
		name = names[i]
		for (k = i - 1; k >= 1 && names[k] > name; k--)
			names[k + 1] = names[k]
		names[k + 1] = name
	}
	text = names[1]
	for (i = 2; i <= n; i++)
		text = text " " names[i]
	return text
}

function read_list(    lines, n, i, halves, names, count, text) {
	n = split(list, lines, "\n")
	for (i = 1; i <= n; i++) {
		if (lines[i] !~ /[^ \t]/)
			continue
		if (split(lines[i], halves, / *\| */) != 2 || halves[2] !~ /\.$/)
			say("a circle that is listed without a reason: " lines[i])
		count = split(halves[1], names, " ")
		text = sorted(names, count)
		listed[text] = 1
		n_listed++
	}
	if (n_listed > most)
		say(n_listed " circles are listed; " most " may be")
}

# Tarjan: circles are the strongly connected components of more than one file.
function visit(file,    i, to, top, names, n) {
	index_of[file] = low[file] = ++counter
	stack[++depth] = file
	is_on[file] = 1
	for (i = 1; i <= n_uses[file]; i++) {
		to = uses[file, i]
		if (!(to in index_of)) {
			visit(to)
			if (low[to] < low[file])
				low[file] = low[to]
		} else if (is_on[to] && index_of[to] < low[file])
			low[file] = index_of[to]
	}
	if (low[file] != index_of[file])
		return
	do {
		top = stack[depth--]
		is_on[top] = 0
		names[++n] = top
		circle[top] = file
	} while (top != file)
	if (n > 1)
		judge(sorted(names, n), names, n)
}

function judge(text, names, n,    i, k, pair) {
	if (text in listed) {
		is_seen[text] = 1
		return
	}
	say("circle of " n " files: " text)
	for (i = 1; i <= n; i++) {
		for (k = 1; k <= n; k++) {
			pair = names[i] SUBSEP names[k]
			if (pair in ties)
				print "  " names[i] " -> " names[k] ":" ties[pair]
		}
	}
}

{ n_lines++ }
$3 ~ /^[Uwv]$/ { wanted[++n_wanted] = $1 " " $2; next }
{ home[$2] = $1 }

END {
	if (n_lines == 0)
		say("no objects here")
	read_list()
	for (i = 1; i <= n_wanted; i++) {
		split(wanted[i], want, " ")
		file = want[1]
		if (!(want[2] in home) || home[want[2]] == file)
			continue
		to = home[want[2]]
		if (!((file, to) in ties)) {
			uses[file, ++n_uses[file]] = to
			if (!(file in n_file))
				n_file[files[++n_files] = file] = 1
		}
		ties[file, to] = ties[file, to] " " want[2]
	}
	for (i = 1; i <= n_files; i++) {
		if (!(files[i] in index_of))
			visit(files[i])
	}
	for (text in listed) {
		if (!(text in is_seen))
			say("listed, and no circle any more: " text)
	}
	exit status
}'
