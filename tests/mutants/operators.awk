# operators.awk: what can be changed in a line of C. Reads source files and prints for every
# line that an operator fits: rank, path, line number, operator, changed line, separated by
# \001. Of several changes of one line one is drawn. Variables: seed; of the environment:
# equivalents (lines of "path: changed line", or "path: no LINE" of a line that goes).

BEGIN {
	SEP = "\001"
	for (i = 1; i < 256; i++)
		code[sprintf("%c", i)] = i
	n = split(ENVIRON["equivalents"], rows, "\n")
	for (i = 1; i <= n; i++)
		is_equivalent[rows[i]] = 1
	split("if for while switch return sizeof case else do", words, " ")
	for (i in words)
		is_keyword[words[i]] = 1
}

FNR == 1 && NR > 1 { file_end() }
FNR == 1 { path = FILENAME; n_lines = 0; in_comment = 0 }
{ line[++n_lines] = $0; masked[n_lines] = mask($0) }
END { if (NR) file_end() }

# A number below 2^31 made of the characters of a text.
function hash(text,    h, i, n) {
	h = 7
	n = length(text)
	for (i = 1; i <= n; i++)
		h = (h * 65599 + code[substr(text, i, 1)]) % 2147483647
	for (i = 0; i < 4; i++)
		h = (h * 48271 + 11) % 2147483647
	return h
}

# The line with comments blanked and what stands in quotes as underscores: the same length.
function mask(text,    out, i, n, c, two, quote) {
	if (!in_comment && text !~ /["'\/]/)
		return text
	n = length(text)
	out = ""
	quote = ""
	for (i = 1; i <= n; i++) {
		c = substr(text, i, 1)
		two = substr(text, i, 2)
		if (in_comment) {
			if (two == "*/") {
				in_comment = 0
				out = out " "
				i++
			}
			out = out " "
		} else if (quote != "") {
			if (c == "\\") {
				out = out "_"
				i++
			} else if (c == quote) {
				quote = ""
			}
			out = out (quote == "" ? c : "_")
		} else if (two == "/*") {
			in_comment = 1
			out = out "  "
			i++
		} else if (two == "//") {
			while (i++ <= n)
				out = out " "
		} else {
			if (c == "\"" || c == "'")
				quote = c
			out = out c
		}
	}
	return out
}

function trimmed(text) {
	sub(/^[ \t]+/, "", text)
	sub(/[ \t]+$/, "", text)
	return text
}

# One more change of the line at hand: `len` characters from `at` become `text`.
function offer(operator, at, len, text,    changed, told) {
	changed = substr(source, 1, at - 1) text substr(source, at + len)
	told = operator == "statement" ? "no " trimmed(source) : trimmed(changed)
	if (is_equivalent[path ": " told])
		return
	operators[++n_offers] = operator
	changes[n_offers] = changed
}

# offer_each OPERATOR, what to look for (a plain text), what it becomes.
function offer_each(operator, old, new,    from, at) {
	from = 1
	while ((at = index(substr(m, from), old)) > 0) {
		offer(operator, from + at - 1, length(old), new)
		from += at - 1 + length(old)
	}
}

function balanced(text,    opened, closed) {
	opened = gsub(/\(/, "(", text)
	closed = gsub(/\)/, ")", text)
	return opened == closed
}

function offer_comparisons(    from, at, op, behind, before) {
	from = 1
	while (match(substr(m, from), /[<>]=?/)) {
		at = from + RSTART - 1
		op = substr(m, at, RLENGTH)
		before = substr(m, at - 1, 1)
		behind = substr(m, at + RLENGTH, 1)
		from = at + RLENGTH
		if (before == "-" || before ~ /[<>]/ || behind ~ /[<>=]/)
			continue
		offer("bound", at, length(op), length(op) == 2 ? substr(op, 1, 1) : op "=")
	}
}

function offer_negations(    from, at) {
	from = 1
	while (match(substr(m, from), /![A-Za-z_(*]/)) {
		at = from + RSTART - 1
		offer("not", at, 1, "")
		from = at + 1
	}
}

# A number becomes the next one. The size of an array and of a bit field, and room for one
# more, are no behaviour.
function offer_numbers(    from, at, text, before) {
	if (m ~ /^[ \t]*[A-Za-z_][A-Za-z_0-9 ]* \**[A-Za-z_0-9]+(\[[^\]]*\])+( = .*)?;/)
		return
	if (m ~ / : [0-9]+;/ || m ~ /^#define .*\(/)
		return
	from = 1
	while (match(substr(m, from), /[A-Za-z_0-9.]+/)) {
		at = from + RSTART - 1
		text = substr(m, at, RLENGTH)
		from = at + RLENGTH
		if (substr(m, at - 7, 7) == "calloc(")
			continue
		if (text ~ /^[0-9]+$/ && text !~ /^0[0-9]/)
			offer("constant", at, length(text), sprintf("%.0f", text + 1))
		else if (text ~ /^[0-9]/)
			offer("constant", at, length(text), "(" text " + 1)")
	}
}

function offer_truths(    from, at, text) {
	from = 1
	while (match(substr(m, from), /[A-Za-z_0-9]+/)) {
		at = from + RSTART - 1
		text = substr(m, at, RLENGTH)
		from = at + RLENGTH
		if (text == "true")
			offer("truth", at, 4, "false")
		else if (text == "false")
			offer("truth", at, 5, "true")
	}
}

# f(a, b...) becomes f(b, a...), where both are plain and f is no comparison.
function offer_swaps(    from, at, name, first, second, comma) {
	from = 1
	while (match(substr(m, from), /[a-z_0-9]+\([^(),;]+, [^(),;]+[,)]/)) {
		at = from + RSTART - 1
		name = substr(m, at, index(substr(m, at), "(") - 1)
		from = at + length(name) + 1
		comma = index(substr(m, from), ", ")
		first = substr(source, from, comma - 1)
		second = substr(source, from + comma + 1, at + RLENGTH - 1 - from - comma - 1)
		if (is_keyword[name] || first == second || name ~ /(_eq|_eq_nocase|cmp|_same)$/)
			continue
		offer("swap", from, length(first) + 2 + length(second), second ", " first)
	}
}

# Of a whole `if` the condition becomes false: the check is dropped. But for memory that runs
# out, which no unit test makes do so.
function offer_check(i,    at, end) {
	if (line[i + 1] ~ /ENOMEM|no memory|out of memory/)
		return
	if (m !~ /^[ \t]+(\} )?(else )?if \(.*\)( \{)?[ \t]*$/ || !balanced(m))
		return
	at = index(m, "if (") + 3
	end = length(m)
	while (substr(m, end, 1) != ")")
		end--
	offer("check", at, end - at + 1, "(0 && " substr(source, at, end - at + 1) ")")
}

# A statement that is no declaration and no jump goes.
function offer_removal(i,    before, first, at) {
	if (m !~ /^\t+[^ \t].*;[ \t]*$/ || !balanced(m))
		return
	if (m ~ /^[ \t]*(struct|const|static|enum|unsigned|auto_[a-z]+|return|break|continue|goto|case|default|for|while|if|else|\}|#)/)
		return
	if (m ~ /^[ \t]*[A-Za-z_0-9]+ \**[A-Za-z_0-9]+([ ,;\[]|$)/ && m !~ /^[ \t]*[A-Za-z_0-9]+ [-+*\/|&^]?= /)
		return
	if (m !~ /[(=]|\+\+|--/)
		return
	before = trimmed(masked[i - 1])
	if (before != "" && before !~ /[;{})]$|else$|:$/)
		return
	match(m, /^\t+/)
	first = RLENGTH + 1
	offer("statement", first, length(source) - first + 1, ";")
}

function offers(i) {
	n_offers = 0
	source = line[i]
	m = masked[i]
	if (trimmed(m) == "" || (m ~ /^#/ && m !~ /^#define [A-Z_0-9]+ [0-9(]/))
		return
	offer_numbers()
	if (m !~ /^\t/)
		return
	offer_comparisons()
	offer_each("equal", " == ", " != ")
	offer_each("equal", " != ", " == ")
	offer_each("and", " && ", " || ")
	offer_each("or", " || ", " && ")
	offer_each("plus", " + ", " - ")
	offer_each("minus", " - ", " + ")
	offer_negations()
	offer_truths()
	offer_swaps()
	offer_check(i)
	offer_removal(i)
}

function file_end(    i, key, text, which) {
	for (text in seen)
		delete seen[text]
	for (i = 1; i <= n_lines; i++) {
		offers(i)
		if (n_offers == 0)
			continue
		text = trimmed(line[i])
		key = seed "|" path "|" text "|" seen[text]++
		which = 1 + hash(key "|which") % n_offers
		printf "%d%s%s%s%d%s%s%s%s\n", hash(key), SEP, path, SEP, i, SEP,
		    operators[which], SEP, changes[which]
	}
}
