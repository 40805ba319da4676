# completion.bash SCRIPTS LINE: the answers to the line, sorted, on one line. Words are split
# as readline splits them: at "=", too.
source "$1/cwmplab.bash"
compopt() { :; } # outside of readline there is nothing to set
read -ra COMP_WORDS <<<"${2//=/ = }"
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_cwmplab cwmplab
printf '%s\n' "${COMPREPLY[@]}" | sort -u | paste -sd ' '
