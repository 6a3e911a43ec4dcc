#!/usr/bin/env bash
# A page in headless Chromium as a reader sees it: light, dark, narrow and printed; the pictures are
# for looking at. Ends with 1 where the page's script complains or asks for anything from outside.
#   scripts/look.sh PAGE.html FOLDER      (needs chromium, and pdftoppm for the print)
set -euo pipefail
page=$(realpath "${1:?usage: look.sh PAGE.html FOLDER}")
out=${2:?usage: look.sh PAGE.html FOLDER}
mkdir -p "$out"
browser=(chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --force-color-profile=srgb)

shot() { # NAME WIDTH HEIGHT OPTION...
    local name=$1 size=$2,$3
    shift 3
    "${browser[@]}" "--window-size=$size" "--screenshot=$out/$name.png" "$@" "file://$page" 2>/dev/null
    [ -s "$out/$name.png" ] || { echo "look: error: no picture $name.png of $page" >&2; exit 1; }
}
shot light 1200 2400
shot dark 1200 2400 --blink-settings=preferredColorScheme=0
shot narrow 480 2400
"${browser[@]}" "--print-to-pdf=$out/print.pdf" --no-pdf-header-footer "file://$page" 2>/dev/null
if command -v pdftoppm >/dev/null; then pdftoppm -r 60 -png "$out/print.pdf" "$out/print"; fi

# The console's lines, and what the page loads: nothing but itself.
"${browser[@]}" --enable-logging=stderr --v=0 --virtual-time-budget=2000 --dump-dom "file://$page" \
    >"$out/dom.html" 2>"$out/console.txt"
if grep -E 'CONSOLE.*(Uncaught|Refused|Error)' "$out/console.txt"; then
    echo "look: error: the page's script or policy complained, see $out/console.txt" >&2
    exit 1
fi
if grep -oE '(src|href)="(https?:)?//[^"]*"' "$out/dom.html"; then
    echo "look: error: the page asks for something from outside" >&2
    exit 1
fi
# The script has run: it takes the figures' titles over.
if grep -q '<svg' "$out/dom.html" && ! grep -q 'data-t=' "$out/dom.html"; then
    echo "look: error: the page's script did not run" >&2
    exit 1
fi
echo "$out"
