//! How much an import may bring: one number for all of its layers.

use anyhow::{Context, Result};

/// Bytes that may still be unpacked, of those that might be at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    most: u64,
    left: u64,
}

impl Budget {
    pub fn of(most: u64) -> Budget {
        Budget { most, left: most }
    }

    /// Takes `size` bytes of it.
    ///
    /// # Errors
    /// There aren't as many left; then none is taken.
    pub fn spend(&mut self, size: u64) -> Result<()> {
        let most = self.most;
        self.left = self.left.checked_sub(size).with_context(|| {
            format!("the layers have more than {most} bytes with it; --max-size allows more")
        })?;
        Ok(())
    }
}
