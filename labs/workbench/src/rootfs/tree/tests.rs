use std::os::unix::fs::symlink;

use super::*;

/// An empty tree and a folder beside it that stands for the rest of the host.
struct Trial {
    folder: PathBuf,
    tree: Tree,
}

impl Trial {
    fn new(name: &str) -> Trial {
        let folder = std::env::temp_dir().join(format!("tree-{name}-{}", std::process::id()));
        let folder = match fs::create_dir(&folder) {
            Ok(()) => fs::canonicalize(folder).expect("a path"),
            Err(error) => panic!("{}: {error}", folder.display()),
        };
        fs::create_dir(folder.join("root")).expect("made");
        let tree = Tree::at(&folder.join("root"));
        Trial { folder, tree }
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let file = self.folder.join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        fs::write(&file, text).expect("written");
        file
    }

    fn link(&self, name: &str, target: &str) -> PathBuf {
        let link = self.folder.join(name);
        symlink(target, &link).expect("linked");
        link
    }

    /// Where a file of the host's is in the tree.
    fn inside(&self, file: &Path) -> PathBuf {
        self.tree.outside(file.strip_prefix("/").expect("absolute"))
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn links_on_the_way_are_made_again() {
    let mut trial = Trial::new("links");
    let real = trial.file("real/lib.so.1.2", "x");
    trial.link("dir", "real");
    let absolute = format!("{}/dir/lib.so.1.2", trial.folder.display());
    trial.link("real/lib.so.1", &absolute);
    let asked = trial.folder.join("dir/lib.so.1");
    let inside = trial.tree.place(&asked).expect("placed");
    assert_eq!(trial.tree.outside(&inside), trial.inside(&real));
    for (link, target) in [("dir", "real"), ("real/lib.so.1", absolute.as_str())] {
        let there = fs::read_link(trial.inside(&trial.folder.join(link)));
        assert_eq!(there.expect("a link"), Path::new(target));
    }
    assert_eq!(trial.tree.bytes(), 1);
}

#[test]
fn two_names_of_a_file_are_copied_once() {
    let mut trial = Trial::new("names");
    let one = trial.file("one", "x");
    let two = trial.folder.join("two");
    fs::hard_link(&one, &two).expect("linked");
    for file in [&one, &two, &one] {
        trial.tree.place(file).expect("placed");
    }
    let inode = |file: &Path| fs::metadata(trial.inside(file)).expect("there").ino();
    assert_eq!(inode(&one), inode(&two));
    assert_eq!(trial.tree.bytes(), 1);
}

#[test]
fn a_link_that_leads_nowhere_leaves_nothing() {
    let mut trial = Trial::new("nowhere");
    let loops = trial.link("loops", "loops");
    let dangling = trial.link("dangling", "gone");
    for link in [loops, dangling, trial.folder.clone(), "/dev/null".into()] {
        assert!(trial.tree.place(&link).is_err(), "{}", link.display());
    }
    let mut entries = fs::read_dir(trial.folder.join("root")).expect("read");
    assert!(entries.next().is_none());
}

#[test]
fn what_is_in_the_tree_decides_and_nothing_leads_out() {
    let mut trial = Trial::new("decides");
    let file = trial.file("bin/tool", "real");
    let victim = trial.file("victim", "untouched");
    // An applet of the same name is replaced, and what it leads to stays.
    let inside = trial.inside(&file);
    fs::create_dir_all(inside.parent().expect("a folder")).expect("made");
    symlink(&victim, &inside).expect("linked");
    trial.tree.place(&file).expect("placed");
    assert!(!inside.is_symlink());
    assert_eq!(fs::read_to_string(&inside).expect("read"), "real");
    // Absolute links are the tree's own root's.
    symlink(&trial.folder, trial.tree.outside(Path::new("etc"))).expect("linked");
    trial.tree.write("etc/victim", "inside").expect("written");
    trial.tree.directory("etc/made", 0o755).expect("made");
    assert_eq!(fs::read_to_string(&victim).expect("read"), "untouched");
    assert!(!trial.folder.join("made").exists());
    let inside = trial.inside(&victim);
    assert_eq!(fs::read_to_string(inside).expect("read"), "inside");
    // And a way that turns in circles ends.
    symlink("b", trial.tree.outside(Path::new("a"))).expect("linked");
    symlink("a", trial.tree.outside(Path::new("b"))).expect("linked");
    let error = trial.tree.directory("a/c", 0o755).expect_err("refused");
    assert!(error.to_string().contains("too many"), "{error}");
}

#[test]
fn links_are_relative_and_never_replace() {
    let mut trial = Trial::new("relative");
    for (path, target) in [
        ("bin/ls", "bin/busybox"),
        ("usr/bin/env", "bin/busybox"),
        ("top", "bin/busybox"),
    ] {
        trial
            .tree
            .link(Path::new(path), Path::new(target))
            .expect("linked");
    }
    trial
        .tree
        .link(Path::new("bin/ls"), Path::new("elsewhere"))
        .expect("taken");
    let read = |path: &str| fs::read_link(trial.tree.outside(Path::new(path))).expect("a link");
    assert_eq!(read("bin/ls"), Path::new("busybox"));
    assert_eq!(read("usr/bin/env"), Path::new("../../bin/busybox"));
    assert_eq!(read("top"), Path::new("bin/busybox"));
}

#[test]
fn set_user_id_is_dropped() {
    let mut trial = Trial::new("suid");
    let file = trial.file("su", "x");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o6711)).expect("set");
    trial.tree.place(&file).expect("placed");
    let mode = fs::metadata(trial.inside(&file)).expect("there").mode();
    assert_eq!(mode & 0o7777, 0o711);
}
