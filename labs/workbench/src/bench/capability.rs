//! The rights no program on a workbench has: those that reach past every
//! namespace to the one kernel below.

use nix::errno::Errno;

use super::machine::{At, Machine};
use crate::sys;

/// Numbers of capabilities(7), from `linux/capability.h`.
const DANGEROUS: [(u32, &str); 10] = [
    (9, "CAP_LINUX_IMMUTABLE"),
    (16, "CAP_SYS_MODULE"),
    (17, "CAP_SYS_RAWIO"),
    (22, "CAP_SYS_BOOT"),
    (25, "CAP_SYS_TIME"),
    (32, "CAP_MAC_OVERRIDE"),
    (33, "CAP_MAC_ADMIN"),
    (34, "CAP_SYSLOG"),
    (35, "CAP_WAKE_ALARM"),
    (36, "CAP_BLOCK_SUSPEND"),
];

/// Removes them from the bounding set. The command is started by execve(2),
/// which gives no one what the bounding set doesn't hold.
pub(super) fn drop_dangerous() -> Result<(), Machine> {
    for (number, name) in DANGEROUS {
        match sys::drop_from_bounding_set(number) {
            // Unknown to this kernel, so nobody has it.
            Err(Errno::EINVAL) => {}
            dropped => dropped.at("drop capabilities", name)?,
        }
    }
    Ok(())
}
