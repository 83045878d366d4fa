//! What loading a lab accepts and refuses, with file, line and reason.

mod accepted;
mod refused;
mod root;
mod words;
