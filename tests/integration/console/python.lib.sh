# Sourced: the Python that has a module of Debian's; another one may come first in PATH.

# need_module MODULE: "python" is a Python that has it; 77 where none has.
need_module() {
	for python in python3 /usr/bin/python3; do
		"$python" -c "import $1" 2>/dev/null && return
	done
	echo "skipped: python3-$1 is not installed"
	exit 77
}
