#!/bin/sh
# Prints a Python that is new enough: $PYTHON when set, else python3, else python3.14 down to 3.11.
set -eu

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

if [ -n "${PYTHON:-}" ]; then
    candidates=$PYTHON
else
    candidates='python3 python3.14 python3.13 python3.12 python3.11'
fi

for candidate in $candidates; do
    if is_new_enough "$candidate"; then
        echo "$candidate"
        exit 0
    fi
done

if [ -n "${PYTHON:-}" ]; then
    echo "PYTHON=$PYTHON is not a Python 3.11 or newer; name one that is, or leave PYTHON unset." >&2
else
    echo "Footnote needs Python 3.11 or newer and found none; install it, or name it: make ask PYTHON=/path/to/python3" >&2
fi
exit 1
