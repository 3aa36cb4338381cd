# shellcheck shell=bash
# Sourced by the scripts beside it: numbers held against those of baseline.txt.
# A number may grow by 2 %. To accept more, run the script with --update and commit the file with the
# change that made it grow.

baseline_file="$(dirname "${BASH_SOURCE[0]}")/baseline.txt"
grown=()
measured=()

touch "$baseline_file"

baseline_of() {
    sed -n "s|^$kind $1 ||p" "$baseline_file"
}

# begin KIND COMPILER: numbers of another compiler say nothing about our change.
begin() {
    kind=$1
    compiler=$2
    grown=()
    known=$(baseline_of compiler)
    measured=("$kind compiler $compiler")
    printf '%s, %s\n' "$kind" "$compiler"
    printf '%-24s %9s %9s %8s\n' "" now baseline change
}

# measure NAME NUMBER
measure() {
    local name=$1 now=$2 before
    measured+=("$kind $name $now")
    before=$(baseline_of "$name")
    if [ -z "$before" ]; then
        printf '%-24s %9d %9s %8s\n' "$name" "$now" - new
        return
    fi
    printf '%-24s %9d %9d %+8d\n' "$name" "$now" "$before" "$((now - before))"
    if [ "$((now * 100))" -gt "$((before * 102))" ]; then
        grown+=("$name grew from $before to $now, more than 2 %")
    fi
}

# conclude SCRIPT --update|"": fails on growth.
conclude() {
    if [ "$2" = --update ]; then
        local others
        others=$(grep -v "^$kind " "$baseline_file" || true)
        { [ -z "$others" ] || printf '%s\n' "$others"; printf '%s\n' "${measured[@]}"; } |
            LC_ALL=C sort >"$baseline_file.new"
        mv "$baseline_file.new" "$baseline_file"
        echo "baseline.txt has the new numbers."
    elif [ "$known" != "$compiler" ]; then
        echo "NOT COMPARED: the baseline was measured with ${known:-nothing}."
    elif [ "${#grown[@]}" -gt 0 ]; then
        printf '%s\n' "${grown[@]}" >&2
        echo "If that is meant, run $1 --update and commit baseline.txt with the change." >&2
        return 1
    fi
}
