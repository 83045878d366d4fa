//! The screens of `rootfs`, and what `shell` says without a terminal: on the
//! repository itself, because the small workshop has no workbench.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use insta::assert_snapshot;

/// A folder of its own, removed at the end.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("create");
        Folder(path)
    }

    /// Runs the runner in the repository; `FOLDER` stands for this folder.
    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("the runner starts")
    }

    /// The same, not yet started.
    pub fn command(&self, args: &[&str]) -> Command {
        let here = self.0.to_str().expect("UTF-8");
        let args = args.iter().map(|arg| arg.replace("FOLDER", here));
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command
            .args(args)
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
            .env("LC_ALL", "C")
            .env("CARGO_NET_OFFLINE", "true")
            .stdin(std::process::Stdio::null());
        command
    }

    /// The screen, without this machine's figures and folders.
    fn screen(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        let mut screen = format!("$ cargo xtask {}\n{}", args.join(" "), text(output.stdout));
        // cargo's own words are not recorded.
        let stderr = text(output.stderr);
        let own = stderr.lines().filter(|line| {
            ["error: ", "your ", "cargo "]
                .iter()
                .any(|begin| line.starts_with(begin))
        });
        for line in own {
            screen += &format!("stderr: {line}\n");
        }
        let status = output.status.code().expect("an exit status");
        screen += &format!("exit {status}\n");
        screen.replace(self.0.to_str().expect("UTF-8"), "FOLDER")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// `269 programs` and `1.9 MiB` differ from machine to machine.
fn without_figures(screen: &str) -> String {
    let words = screen.split(' ').map(|word| {
        let is_figure = word.starts_with(|first: char| first.is_ascii_digit());
        if is_figure { "N" } else { word }
    });
    let line: Vec<&str> = words.collect();
    // Where a line breaks depends on the folder.
    line.join(" ").replace("\n  this machine", " this machine")
}

#[test]
fn a_root_file_system_is_made_and_kept() {
    let folder = Folder::new("rootfs-made");
    let made = folder.screen(&["rootfs", "FOLDER/root", "--from", "host"]);
    let screen = without_figures(&made);
    assert!(screen.contains("N programs of this machine"), "{screen}");
    assert!(screen.contains("N MiB"), "{screen}");
    assert!(made.ends_with("exit 0\n"), "{made}");
    let shell = folder.0.join("root/bin/sh");
    assert!(fs::symlink_metadata(shell).is_ok());
    let mine = folder.0.join("root/etc/mine");
    fs::write(&mine, "mine").expect("write");
    assert_snapshot!("rootfs_there", folder.screen(&["rootfs", "FOLDER/root"]));
    assert!(mine.exists());
    let forced = folder.screen(&["rootfs", "FOLDER/root", "--force", "--from", "host"]);
    assert!(forced.ends_with("exit 0\n"), "{forced}");
    assert!(!mine.exists());
}

#[test]
fn what_is_not_ours_stays() {
    let folder = Folder::new("rootfs-refused");
    fs::write(folder.0.join("mine"), "mine").expect("write");
    assert_snapshot!(
        "rootfs_not_ours",
        folder.screen(&["rootfs", "FOLDER", "--force"])
    );
    assert_snapshot!("rootfs_no_folder", folder.screen(&["rootfs", "FOLDER/a/b"]));
    assert_snapshot!(
        "rootfs_no_program",
        folder.screen(&["rootfs", "FOLDER/root", "--with", "bin/sh"])
    );
    let left: Vec<_> = fs::read_dir(&folder.0).expect("read").collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn a_shell_wants_a_terminal() {
    let folder = Folder::new("shell-no-terminal");
    assert_snapshot!("shell_no_terminal", folder.screen(&["shell", "01"]));
    let node = folder.run(&["shell", "01", "--node", "node-3"]);
    assert_eq!(node.status.code(), Some(2));
}

/// One command: its words, its status, the home and the root file system.
#[test]
fn a_command_runs_on_a_workbench() {
    let folder = Folder::new("shell-command");
    let script = "test $HOME = /tmp/home || exit 1
        chroot $ROOTFS /bin/sh -c 'ls / >/dev/null' || exit 2
        touch $ROOTFS/etc/mine FOLDER/mine || exit 13
        lab-01-namespaces --help >/dev/null || exit 4
        cargo build && exit 5
        exit 42";
    let screen = folder.screen(&["shell", "01", "--", "sh", "-c", script]);
    if screen.ends_with("exit 3\n") {
        eprintln!("SKIPPED: no workbench here: {screen}");
        return;
    }
    let words = screen
        .lines()
        .skip(script.lines().count())
        .collect::<Vec<_>>();
    assert_snapshot!("shell_command", words.join("\n"));
    assert!(!folder.0.join("mine").exists());
    let missing = folder.run(&["shell", "01", "--", "no-such-program"]);
    assert_eq!(missing.status.code(), Some(127));
    let node = ["shell", "01", "--node", "node-1", "--", "sh", "-c"];
    let script = "test $(uname -n) = node-1 && workbench on node-2 uname -n | grep -qx node-2";
    let on_node = folder.run(&[&node[..], &[script]].concat());
    assert_eq!(on_node.status.code(), Some(0), "{on_node:?}");
}
