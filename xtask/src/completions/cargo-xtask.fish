# Completes `cargo xtask …` in fish, beside what fish knows of cargo. Written by
# `cargo xtask completions fish`.

function __cargo_xtask_typed
    set -l words (commandline -opc)
    if string match -q '+*' -- $words[2]
        set -e words[2]
    end
    test "$words[2]" = xtask
end

function __cargo_xtask_words
    set -l words (commandline -opc)
    if string match -q '+*' -- $words[2]
        set -e words[2]
    end
    set -e words[1..2]
    @PROGRAM@ completions fish -- $words (commandline -ct) 2>/dev/null
end

complete -c cargo -n __cargo_xtask_typed -f -a '(__cargo_xtask_words)'
