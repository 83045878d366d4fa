//! Every screen, as a learner sees it: the real runner on a small workshop in a
//! temporary folder, its output recorded.

mod check;
mod learner;
mod maintainer;
mod trouble;
mod vm;
mod workshop;
