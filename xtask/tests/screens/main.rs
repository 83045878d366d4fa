//! Every screen, as a learner sees it: the real runner on a small workshop in a
//! temporary folder, its output recorded.

mod check;
mod completions;
mod interrupt;
mod learner;
mod maintainer;
mod manners;
mod terminal;
mod trouble;
mod watch;
mod workshop;
