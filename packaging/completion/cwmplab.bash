# Completion of cwmplab for bash. What may stand where is answered by the program itself
# (lab/complete/complete.h).

# Adds to COMPREPLY the folders and files that begin with $1 and end in one of $2...; all of
# them where there is no suffix.
_cwmplab_files() {
	local typed=$1 suffix

	shift
	compopt -o filenames
	if [ $# -eq 0 ]; then
		mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$typed")
		return
	fi
	mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -d -- "$typed")
	for suffix; do
		mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -X "!*$suffix" -- "$typed")
	done
}

# The command line that begins at word $1 is another program's.
_cwmplab_command() {
	if declare -F _command_offset >/dev/null; then
		_command_offset "$1"
	elif [ "$COMP_CWORD" -eq "$1" ]; then
		mapfile -t COMPREPLY < <(compgen -c -- "${COMP_WORDS[COMP_CWORD]}")
	else
		_cwmplab_files "${COMP_WORDS[COMP_CWORD]}"
	fi
}

_cwmplab() {
	local typed=${COMP_WORDS[COMP_CWORD]} line
	local -a answer

	COMPREPLY=()
	mapfile -t answer < <("$1" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
	[ "$typed" != = ] || typed=
	for line in "${answer[@]}"; do
		case $line in
		:files*)
			# shellcheck disable=SC2086
			_cwmplab_files "$typed" ${line#:files}
			;;
		:folders)
			compopt -o filenames
			mapfile -t COMPREPLY < <(compgen -d -- "$typed")
			;;
		:command*) _cwmplab_command $((${line#:command } + 1)) ;;
		*) COMPREPLY+=("${line%%$'\t'*}") ;;
		esac
	done
}

complete -F _cwmplab cwmplab
