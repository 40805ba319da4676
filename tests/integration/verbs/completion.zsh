# completion.zsh SCRIPTS <LINES: for each line its answers, sorted, on one line. They are those
# that compadd gets in a zsh of its own, where the line is typed and Tab is pressed.
zmodload zsh/zpty zsh/datetime
zpty shell zsh -f -i

# say COMMAND: and wait until it has been done.
say() {
	zpty -w shell "$1; print -r -- do''ne"
	zpty -r -m shell line "*done*" >/dev/null
}

say "unsetopt zle_bracketed_paste; PS1= PS2=; fpath=($1 \$fpath)"
say "autoload -Uz compinit; compinit -u -d ${(q)ZCOMPDUMP}; zstyle ':completion:*' insert-tab false"
say 'compadd() { builtin compadd -O found "$@"; all+=($found); builtin compadd "$@" }'
say 'finish() { all=(${(ou)all}); print -r -- "<<$all>>"; all=(); zle kill-buffer }; zle -N finish'
say "bindkey '^X' finish; typeset -ga all found"
while IFS= read -r words; do
	zpty -w -n shell "$words"$'\t\C-x'
	deadline=$((EPOCHSECONDS + 300 * ${CWMPLAB_TEST_SLOW:-1})) # as tests/support/patience.sh
	seen=
	while [[ $seen != *\<\<*\>\>* && $EPOCHSECONDS -lt $deadline ]]; do
		zpty -r -t shell line && seen+=$line
	done
	seen=${${seen#*<<}%%>>*}
	print -r -- $seen
done
zpty -d shell
