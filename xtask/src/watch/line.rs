//! The line with the keys, while it stands at the end of the screen.

use crate::screen::{self, BOLD, paint};

/// Its columns, while it is there.
#[derive(Default)]
pub struct Line(Option<usize>);

impl Line {
    pub fn draw(&mut self, lab: &str) {
        let keys = screen::watch::keys(lab);
        screen::print(&format!("\n{}", paint(BOLD, &keys)));
        self.0 = Some(keys.chars().count());
    }

    /// Takes it away. Says whether it was there.
    pub fn erase(&mut self) -> bool {
        let columns = self.0.take();
        if let Some(columns) = columns {
            screen::print(&screen::watch::erase(columns));
        }
        columns.is_some()
    }
}
