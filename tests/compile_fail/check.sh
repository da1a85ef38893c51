#!/bin/sh
# A compile-failure test: the file builds as it stands, and with -DTHAW_WRONG it does not, for the
# reason its first line gives ("// expect: words of the message"). Both halves count: a file that
# never builds proves nothing.
#   check.sh COMPILER INCLUDE_ROOT FILE
set -eu
flags="-std=gnu++20 -fsyntax-only -I$2 -I/usr/include"
words=$(sed -n '1s|^// expect: ||p' "$3")
"$1" $flags "$3" || { echo "$3 does not build without THAW_WRONG"; exit 1; }
if said=$("$1" $flags -DTHAW_WRONG "$3" 2>&1); then
    echo "$3 builds with THAW_WRONG"
    exit 1
fi
if ! echo "$said" | grep -qF "$words"; then
    echo "refused for another reason than \"$words\":"
    echo "$said"
    exit 1
fi
