//! Every screen, as a learner sees it: the real runner on a small workshop in a
//! temporary folder, its output recorded.

mod book;
mod check;
mod completions;
mod doctor;
mod earlier;
mod escalate;
mod german;
mod interrupt;
mod learner;
mod maintainer;
mod manners;
mod measure;
mod pseudo;
mod rootfs;
mod terminal;
mod translated;
mod trouble;
mod update;
mod vm;
mod watch;
mod workshop;
