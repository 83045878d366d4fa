# Completes `cargo xtask …` in zsh; every other word of cargo's is completed as
# before. Written by `cargo xtask completions zsh`; read it after compinit.

_cargo_xtask() {
    local first=2
    [[ $words[2] == +* ]] && first=3
    if [[ $words[first] == xtask ]] && ((CURRENT > first)); then
        local -a found
        local line
        for line in ${(f)"$(@PROGRAM@ completions zsh -- \
            "${(@)words[first+1,CURRENT-1]}" "$PREFIX" 2>/dev/null)"}; do
            found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
        done
        _describe 'cargo xtask' found
        return
    fi
    if [[ -n $_cargo_xtask_others ]]; then
        "$_cargo_xtask_others" "$@"
    elif ((CURRENT == first)) && [[ xtask == "$PREFIX"* ]]; then
        compadd xtask # The folder of this name is never meant.
    else
        _default "$@"
    fi
}

if [[ $_comps[cargo] != _cargo_xtask ]]; then
    _cargo_xtask_others=$_comps[cargo]
    compdef _cargo_xtask cargo
fi
