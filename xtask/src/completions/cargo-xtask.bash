# Completes `cargo xtask …` in bash; every other word of cargo's is completed as
# before. Written by `cargo xtask completions bash`.

_cargo_xtask() {
    local first=1
    [[ ${COMP_WORDS[1]} == +* ]] && first=2
    if [[ ${COMP_WORDS[first]} == xtask ]] && ((COMP_CWORD > first)); then
        local word rest
        while IFS=$'\t' read -r word rest; do
            COMPREPLY+=("$word")
        done < <(@PROGRAM@ completions bash -- \
            "${COMP_WORDS[@]:first+1:COMP_CWORD-first}" 2>/dev/null)
        return
    fi
    if [[ -z $_cargo_xtask_others ]]; then
        # bash-completion loads a command's completion when it is first wanted.
        if declare -F _comp_load >/dev/null; then
            _comp_load cargo
        elif declare -F _completion_loader >/dev/null; then
            _completion_loader cargo
        fi
        _cargo_xtask_find
    fi
    if [[ -n $_cargo_xtask_others ]]; then
        "$_cargo_xtask_others" "$@"
    elif ((COMP_CWORD == first)) && [[ xtask == "$2"* ]]; then
        COMPREPLY=(xtask) # The folder of this name is never meant.
    fi
}

# Remembers who completes cargo, and takes their place.
_cargo_xtask_find() {
    local known
    known=$(complete -p cargo 2>/dev/null)
    if [[ $known =~ -F\ ([^ ]+) && ${BASH_REMATCH[1]} != _cargo_xtask ]]; then
        _cargo_xtask_others=${BASH_REMATCH[1]}
    fi
    complete -o bashdefault -o default -F _cargo_xtask cargo
}

_cargo_xtask_find
