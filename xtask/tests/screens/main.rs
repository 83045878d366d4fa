//! Every screen, as a learner sees it: the real runner on a small workshop in a
//! temporary folder, its output recorded.

mod check;
mod doctor;
mod earlier;
mod escalate;
mod learner;
mod maintainer;
mod pseudo;
mod rootfs;
mod translated;
mod trouble;
mod update;
mod workshop;
