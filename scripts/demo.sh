#!/usr/bin/env bash
# The main job, whole: slices of real MRI volumes to a classifier, as recipes/demo.yaml says.
#   scripts/demo.sh [PROGRAM]
# Results go to .demo/. A stage whose command, program and input bytes are those of the last time
# is skipped; a training run that was interrupted goes on from its last checkpoint.
set -euo pipefail
export LC_ALL=C.UTF-8
# On a machine that does something else as well, threads that spin while they wait cost more than
# they save.
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive}
cd "$(dirname "$0")/.."

cambium=${1:-.build/release/cambium}
demo=.demo
volumes=${CAMBIUM_DEPS:-.deps}/data/mri-planes
started=$SECONDS

fail() {
    printf 'demo: error: %s\n' "$*" >&2
    exit 1
}

# Results of versions before `cambium run`, which it would take for somebody else's.
forget_stamps() {
    [ -d "$demo/stamps" ] && [ ! -e "$demo/lineage.json" ] || return 0
    rm -rf "$demo"/{stamps,data,run,embeddings,results,adapter,report.html,report-files,bundle,examples}
}

# A line a stage: name, seconds, peak memory in MB.
print_costs() {
    python3 - "$demo/lineage.json" <<'PYTHON'
import json, sys
print("stage\tseconds\tpeak_mb")
stages = json.load(open(sys.argv[1]))["stages"]
for name, stage in sorted(stages.items(), key=lambda item: item[1]["began"]):
    print(f"{name}\t{stage['seconds']:.1f}\t{stage['peak_bytes'] / 2**20:.0f}")
PYTHON
}

[ -x "$cambium" ] || fail "no program at $cambium; run 'make build' first"
[ -d "$volumes" ] || fail "no volumes at $volumes; run 'scripts/setup.sh demo' first"
forget_stamps
"$cambium" run recipes/demo.yaml --set "variables.volumes=$volumes" >/dev/null ||
    fail "the run did not finish; what was finished is kept, run again to go on"

print_costs >"$demo/stages.tsv"
printf '\nWhat each stage took:\n\n'
expand -t 28,38 "$demo/stages.tsv"
printf '\n'
cat "$demo/logs/report.out" "$demo/logs/predict.out"
printf '\nThe bundle, served once, answers the request of the endpoint'"'"'s document:\n\n'
python3 scripts/ask.py "$cambium" "$demo/bundle" || fail "the served bundle did not answer"
printf '\nreport  %s\nbundle  %s\n' "$PWD/$demo/report.html" "$PWD/$demo/bundle"
printf 'try     %s predict %s IMAGE\n' "$cambium" "$demo/bundle"
printf 'whole   %d s in this call\n' $((SECONDS - started))
