//! `cargo xtask update`: what upstream changed, under what a learner wrote.
//!
//! A learner clones the workshop and writes into its files, so each update is a
//! merge, and git's own has two faults here: it wants the work committed, and
//! it sees a conflict where upstream only reworded the `todo!` a learner has
//! replaced. So git is asked for what it knows (which versions there are, which
//! files changed, which were renamed, lines against lines), and the merge is
//! ours: by task region, from the last version of upstream's that the learner
//! stands on, over the files as they are on disk, committed or not.
//!
//! Nothing is written before all of it is known. A learner's version of each
//! file that changes is kept in `.lab/kept`; all of it together is a commit,
//! `refs/lab/before`, and `--undo` goes back.
//!
//! Three names to start from: [`plan::plan`], [`regions::Regions`],
//! [`apply::finish`].

mod apply;
mod disk;
mod git;
mod lines;
pub mod news;
mod place;
pub mod plan;
mod regions;
mod sources;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::cli::UpdateArgs;
use crate::failure::{Exit, Failure};
use crate::files;
use crate::message::say;
use crate::screen;
use crate::store::Store;
use crate::workspace::Workspace;

pub use apply::Journal;
pub use place::short;

use apply::Target;
use git::{Entry, Git, Tree};
use news::News;
use place::{Origin, Place};
use plan::{Content, Note, Plan, Sides};

/// What an update did, or would do.
#[derive(Debug)]
pub struct Updated {
    /// The branch, and its commit before and after.
    pub branch: String,
    pub from: String,
    pub to: String,
    /// Where upstream is, as a learner knows it.
    pub origin: String,
    /// Upstream's commits that are new.
    pub commits: usize,
    pub news: News,
    pub notes: Vec<Note>,
    /// The learner's files that are not as they were.
    pub edited: Vec<PathBuf>,
    /// Where they are as they were.
    pub kept: Option<PathBuf>,
    /// Whether something of these files was staged.
    pub staged: bool,
}

/// Updates, says what an update would do, or goes back.
///
/// # Errors
/// No clone, nothing to update from, damaged marks: nothing has changed then.
/// What keeps files from being written: the next command goes on.
pub fn run(workspace: &Workspace, args: &UpdateArgs) -> Result<Exit, Failure> {
    let git = Git::at(&workspace.root);
    let place = Place::find(&git, &workspace.root)?;
    if args.undo {
        return undo(workspace, &git, &place);
    }
    let origin = Origin::find(&git, &place, args.from.as_deref())?;
    let known = origin.known(&git);
    let shown = origin.shown(&git);
    // It may take a while, and somebody may be watching.
    if io::stderr().is_terminal() {
        screen::print_error(&screen::update::asking(&shown));
    }
    let upstream = origin.fetch(&git)?;
    if git.holds(&["merge-base", "--is-ancestor", &upstream, &place.head]) {
        screen::print(&screen::update::nothing(&shown));
        return Ok(Exit::Green);
    }
    let base = place::base(&git, &place.head, &upstream, known)?;
    let ground = Ground::read(&git, workspace, &base, &upstream)?;
    let plan = ground.plan_on_disk()?;
    refuse_damaged(&plan)?;
    disk::possible(&workspace.root, &plan)?;
    let mut updated = Updated {
        branch: place.name().to_owned(),
        from: place.head.clone(),
        to: upstream.clone(),
        origin: shown,
        commits: git.count(&base, &upstream)?,
        news: ground.news(&plan)?,
        notes: plan.notes.clone(),
        edited: edited(&plan),
        kept: None,
        staged: staged(&git, &plan),
    };
    if args.check {
        screen::print(&screen::update::would(&updated));
        return Ok(Exit::Green);
    }
    // Without commits of the learner's the branch moves; else they are merged.
    updated.to = if place.head == base {
        upstream.clone()
    } else {
        ground.merge_commit(&place, &upstream, &updated.origin)?
    };
    let target = Target {
        place: &place,
        to: &updated.to,
        upstream: &upstream,
        base: &base,
        undo: false,
    };
    updated.kept = carry_out(workspace, &git, &plan, &target)?;
    screen::print(&screen::update::done(workspace, &updated));
    Ok(exit(&updated.notes))
}

/// Finishes an update that was interrupted, before any command does its work. One
/// that can't be finished any more is no reason to refuse every command.
///
/// # Errors
/// The journal can't be read or carried out.
pub fn resume(workspace: &Workspace) -> Result<(), Failure> {
    let Some(journal) = apply::interrupted(&workspace.root)? else {
        return Ok(());
    };
    let git = Git::at(&workspace.root);
    if !apply::fits(&git, &journal)? {
        apply::set_aside(&workspace.root)?;
        let branch = journal.branch.strip_prefix("refs/heads/");
        let branch = branch.unwrap_or(&journal.branch);
        screen::print_error(&(say!("update-set-aside", branch = branch) + "\n"));
        return Ok(());
    }
    let kept = apply::finish(&git, &workspace.root, &journal)?;
    let kept: Vec<String> = kept.iter().map(|file| workspace.shown(file)).collect();
    screen::print_error(&screen::update::resumed(&kept));
    Ok(())
}

/// Goes back to before the last update. What was written since stays, merged as
/// an update merges.
fn undo(workspace: &Workspace, git: &Git, place: &Place) -> Result<Exit, Failure> {
    let Some(last) = apply::last(&workspace.root)? else {
        return Err(Failure::Usage(say!("update-nothing-to-undo")));
    };
    if (&last.branch, &last.to) != (&place.branch, &place.head) {
        return Err(Failure::Usage(say!(
            "update-moved-on",
            branch = place.name(),
            before = short(&last.from),
        )));
    }
    let ground = Ground::read(git, workspace, &last.after, &last.before)?;
    let plan = ground.plan_on_disk()?;
    refuse_damaged(&plan)?;
    disk::possible(&workspace.root, &plan)?;
    let target = Target {
        place,
        to: &last.from,
        upstream: &last.base,
        base: &last.upstream,
        undo: true,
    };
    let kept = carry_out(workspace, git, &plan, &target)?;
    let edited = edited(&plan);
    screen::print(&screen::update::undone(
        workspace,
        &last,
        &edited,
        &plan.notes,
        kept.as_deref(),
    ));
    Ok(exit(&plan.notes))
}

/// Keeps what is edited, writes the journal and does what it says.
fn carry_out(
    workspace: &Workspace,
    git: &Git,
    plan: &Plan,
    target: &Target<'_>,
) -> Result<Option<PathBuf>, Failure> {
    let edited = edited(plan);
    let files: Vec<&Path> = edited.iter().map(PathBuf::as_path).collect();
    let kept = match files.is_empty() {
        true => None,
        false => Some(Store::at(&workspace.root).keep_all(&files)?),
    };
    let journal: Journal = apply::begin(git, &workspace.root, plan, target)?;
    apply::finish(git, &workspace.root, &journal)?;
    Ok(kept)
}

/// The learner's files that will not be as they were.
fn edited(plan: &Plan) -> Vec<PathBuf> {
    let edited = plan
        .steps
        .iter()
        .filter(|step| step.edited && step.before.is_some());
    edited.map(|step| step.path.clone()).collect()
}

fn staged(git: &Git, plan: &Plan) -> bool {
    let staged = git.maybe(&["diff", "--cached", "--name-only", "-z"]);
    let staged = staged.unwrap_or_default();
    let mut staged = staged.split('\0').map(Path::new);
    staged.any(|path| plan.steps.iter().any(|step| step.path == path))
}

fn refuse_damaged(plan: &Plan) -> Result<(), Failure> {
    let reasons: Vec<String> = plan
        .damaged
        .iter()
        .map(|(path, fault)| match fault.line() {
            Some(line) => format!("{}:{line}: {fault}", path.display()),
            None => format!("{}: {fault}", path.display()),
        })
        .collect();
    match reasons.is_empty() {
        true => Ok(()),
        false => Err(Failure::Code(reasons.join("\n"))),
    }
}

/// Something of the learner's wants a look.
fn exit(notes: &[Note]) -> Exit {
    let wants_a_look = |note: &Note| {
        !matches!(
            note,
            Note::Renamed { .. } | Note::Moved { .. } | Note::BroughtBack { .. }
        )
    };
    match notes.iter().any(wants_a_look) {
        true => Exit::Code,
        false => Exit::Green,
    }
}

/// Two versions of upstream's, and where to merge.
struct Ground<'a> {
    git: &'a Git,
    root: &'a Path,
    base: Tree,
    new: Tree,
    renames: BTreeMap<PathBuf, PathBuf>,
    room: PathBuf,
}

impl<'a> Ground<'a> {
    fn read(git: &'a Git, workspace: &'a Workspace, base: &str, new: &str) -> Result<Ground<'a>> {
        Ok(Ground {
            git,
            root: &workspace.root,
            base: git.tree(base)?,
            new: git.tree(new)?,
            renames: git.renames(base, new)?,
            room: workspace.root.join(".lab/update/merge"),
        })
    }

    fn news(&self, plan: &Plan) -> Result<News> {
        let versions = news::Versions {
            base: &self.base,
            new: &self.new,
            renames: &self.renames,
        };
        let on_disk = |path: &Path| {
            let content = disk::read(self.root, path).ok()??;
            String::from_utf8(content.bytes).ok()
        };
        news::news(self.git, &versions, plan, &on_disk)
    }

    /// The plan for the files as they are.
    fn plan_on_disk(&self) -> Result<Plan> {
        let mine = |path: &Path| disk::read(self.root, path);
        let below = |folder: &Path| {
            let files = files::below(&self.root.join(folder))?;
            Ok(files.into_iter().map(|file| folder.join(file)).collect())
        };
        self.plan(&mine, &below)
    }

    fn plan(
        &self,
        mine: &dyn Fn(&Path) -> Result<Option<Content>>,
        below: &dyn Fn(&Path) -> Result<Vec<PathBuf>>,
    ) -> Result<Plan> {
        let plan = plan::plan(&Sides {
            git: self.git,
            room: &self.room,
            base: &self.base,
            new: &self.new,
            renames: &self.renames,
            mine,
            below,
        });
        // Only git read them.
        let _ = fs::remove_dir_all(&self.room);
        plan
    }

    /// The learner's commits and upstream's in one, merged as the files are.
    fn merge_commit(&self, place: &Place, upstream: &str, origin: &str) -> Result<String> {
        let head = self.git.tree(&place.head)?;
        let mine = |path: &Path| -> Result<Option<Content>> {
            let Some(entry) = head.get(path) else {
                return Ok(None);
            };
            Ok(Some(Content {
                bytes: self.git.blob(&entry.blob)?,
                mode: entry.mode.clone(),
            }))
        };
        let below = |folder: &Path| {
            let inside = head.keys().filter(|path| path.starts_with(folder));
            Ok(inside.cloned().collect())
        };
        let plan = self.plan(&mine, &below)?;
        let mut entries = BTreeMap::new();
        for step in plan.steps {
            let entry = match step.after {
                None => None,
                Some(after) => Some(Entry {
                    blob: self.git.write_blob(&after.bytes)?,
                    mode: after.mode,
                }),
            };
            entries.insert(step.path, entry);
        }
        let tree = self.git.write_tree(&place.head, &entries)?;
        let message = format!("Update the workshop from {origin}");
        self.git.commit(&tree, &[&place.head, upstream], &message)
    }
}
