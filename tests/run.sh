#!/usr/bin/env bash
# Builds the solution in Release and runs every test project. The last line alone is the total: "N passed, M failed".
# Exit status 0 only when everything built and nothing failed.
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

if ! dotnet build SkillFactory.sln -c Release -v q; then
    echo "0 passed, 1 failed"
    exit 1
fi

passed=0
failed=0
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
for project in tests/*Tests/*.csproj; do
    status=0
    dotnet test "$project" --no-build -c Release --logger "console;verbosity=minimal" 2>&1 | tee "$log" || status=$?
    summary="$(grep -E '^(Passed|Failed)! +- Failed: ' "$log" | tail -n 1)"
    project_failed="$(sed -nE 's/.*- Failed: +([0-9]+),.*/\1/p' <<<"$summary")"
    project_passed="$(sed -nE 's/.*, Passed: +([0-9]+),.*/\1/p' <<<"$summary")"
    passed=$((passed + ${project_passed:-0}))
    failed=$((failed + ${project_failed:-0}))
    # A run that broke off before it could count is a failure too.
    if [ "$status" -ne 0 ] && [ "${project_failed:-0}" -eq 0 ]; then
        failed=$((failed + 1))
    fi
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
