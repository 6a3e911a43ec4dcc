#!/usr/bin/env bash
# Runs tests and tells what there is to tell: each failure as it comes, and at the end all of them
# again, beside the counts. Everything that was said goes to a file.
#   scripts/test.sh LOG COMMAND [ARGUMENT...]     the command is `swift test ...`; its status is kept
set -uo pipefail
export LC_ALL=C.UTF-8
log=$1
shift
mkdir -p "$(dirname "$log")"

shorten() { sed -uE 's/^(.{400}).+/\1 .../'; }

# tee goes on when the filter's reader does not, so that the log is whole.
"$@" 2>&1 | tee -p "$log" | grep --line-buffered -aE '^✘ .* recorded an issue|Fatal error' | shorten
status=${PIPESTATUS[0]}

printf '\n'
mapfile -t issues < <(grep -aE '^✘ .* recorded an issue' "$log" | shorten)
for issue in "${issues[@]:0:12}"; do printf '%s\n' "$issue"; done
((${#issues[@]} <= 12)) || printf '... and %d more issues\n' $((${#issues[@]} - 12))

if ! grep -aE '^. Test run with [0-9]+ tests' "$log"; then
    # Whoever crashed cannot say so: what had begun and did not end.
    printf 'test: the run broke off with status %d; not ended were:\n' "$status"
    sed -nE 's/^◇ Test (.*) started\.$/\1/p' "$log" | sort >"$log.begun"
    sed -nE 's/^[✔✘] Test (.*) (passed|failed) after .*/\1/p' "$log" |
        sed -E 's/ with [0-9]+ test cases?$//' | sort >"$log.ended"
    comm -23 "$log.begun" "$log.ended" | head -n 8 | sed 's/^/    /'
    rm -f "$log.begun" "$log.ended"
    grep -avE '^[◇✔✘↳] ' "$log" | tail -n 4 | shorten
    ((status != 0)) || status=1
fi
((status == 0)) || printf 'test: the whole log is %s\n' "$log"
exit "$status"
