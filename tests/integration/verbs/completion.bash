# completion.bash SCRIPTS <LINES: for each line its answers, sorted, on one line. Words are split
# as readline splits them: at "=", too.
source "$1/cwmplab.bash"
compopt() { :; } # outside of readline there is nothing to set
while IFS= read -r line; do
	read -ra COMP_WORDS <<<"${line//=/ = }"
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	COMPREPLY=()
	_cwmplab cwmplab
	printf '%s\n' "${COMPREPLY[@]}" | sort -u | paste -sd ' '
done
