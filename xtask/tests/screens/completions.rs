//! Completion in the shells themselves.

use std::process::Command;

use crate::workshop::Workshop;

/// Whether a shell is here; if not, the test says so.
fn is_here(shell: &str) -> bool {
    let here = Command::new(shell).arg("--version").output().is_ok();
    if !here {
        eprintln!("skipped: {shell} is not installed");
    }
    here
}

/// What a shell says to a script, after reading its completions.
fn said(workshop: &Workshop, shell: &str, options: &[&str], script: &str) -> Vec<String> {
    let completions = workshop
        .command(&["completions", shell])
        .output()
        .expect("it starts");
    workshop.write(
        "completions",
        &String::from_utf8(completions.stdout).expect("UTF-8"),
    );
    let output = Command::new(shell)
        .args(options)
        .args(["-c", script])
        .current_dir(workshop.path(""))
        .output()
        .expect("it starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.is_empty(), "{shell}: {stderr}");
    let stdout = String::from_utf8_lossy(&output.stdout);
    stdout.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn bash_completes_after_cargo_xtask_and_leaves_the_rest_to_others() {
    if !is_here("bash") {
        return;
    }
    let workshop = Workshop::new("bash");
    let script = r#"
        _others() { COMPREPLY=(others); }
        complete -F _others cargo
        . ./completions
        . ./completions
        typed() {
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
            local by; [[ $(complete -p cargo) =~ -F\ ([^ ]+) ]] && by=${BASH_REMATCH[1]}
            "$by" cargo "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
            echo "${COMPREPLY[@]}"
        }
        typed cargo xtask wat
        typed cargo xtask check 01
        typed cargo xtask hint 01 n
        typed cargo +stable xtask check --form
        typed cargo bui
        typed cargo xt
        unset _cargo_xtask_others; complete -F _cargo_xtask cargo
        typed cargo xt
    "#;
    let expected = [
        "watch", "01", "01a", "01b", "name", "--format", "others", "others", "xtask",
    ];
    assert_eq!(said(&workshop, "bash", &["--norc"], script), expected);
}

#[test]
fn fish_completes_after_cargo_xtask() {
    if !is_here("fish") {
        return;
    }
    let workshop = Workshop::new("fish");
    let script = r#"
        source ./completions
        for line in 'cargo xtask wat' 'cargo xtask check 01' 'cargo xtask hint 01 n'
            complete -C $line | string split -f1 \t
        end
    "#;
    let expected = ["watch", "01", "01a", "01b", "name"];
    assert_eq!(said(&workshop, "fish", &["--no-config"], script), expected);
}

#[test]
fn zsh_completes_after_cargo_xtask_and_leaves_the_rest_to_others() {
    if !is_here("zsh") {
        return;
    }
    let workshop = Workshop::new("zsh");
    // The functions zsh completes with only run below its line editor; these
    // say what they were given.
    let script = r#"
        typeset -A _comps; _comps[cargo]=_others
        compdef() { _comps[$2]=$1; }
        _others() { print others; }
        _describe() { print -l -- "${(@)${(P)2}%%:*}"; }
        . ./completions
        . ./completions
        typed() {
            local -a words; words=("$@"); local CURRENT=$#; local PREFIX=${@[-1]}
            $_comps[cargo]
        }
        typed cargo xtask wat
        typed cargo xtask check 01
        typed cargo xtask hint 01 ''
        typed cargo bui
    "#;
    let expected = ["watch", "01", "01a", "01b", "name", "pid", "others"];
    assert_eq!(said(&workshop, "zsh", &["-f"], script), expected);
}
