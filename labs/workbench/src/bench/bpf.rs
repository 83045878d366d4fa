//! The few instructions of BPF that the workbench's two programs need
//! (Documentation/bpf/standardization/instruction-set.rst).

/// A register: r0 is the result, r1 the context, r10 the end of the stack.
#[derive(Clone, Copy)]
pub struct Register(u64);

pub const R0: Register = Register(0);
pub const R1: Register = Register(1);
pub const R2: Register = Register(2);
pub const R3: Register = Register(3);
pub const R4: Register = Register(4);
pub const R5: Register = Register(5);
pub const R6: Register = Register(6);
pub const R10: Register = Register(10);

/// A program under construction.
#[derive(Default)]
pub struct Program {
    pub instructions: Vec<u64>,
}

impl Program {
    /// opcode:8, destination:4, source:4, offset:16, immediate:32
    fn push(&mut self, opcode: u64, to: Register, from: Register, offset: i16, value: u32) {
        let offset = u64::from(offset as u16);
        let word = opcode | to.0 << 8 | from.0 << 12 | offset << 16 | u64::from(value) << 32;
        self.instructions.push(word);
    }

    /// `to = *(u32 *)(from + offset)`
    pub fn load_word(&mut self, to: Register, from: Register, offset: i16) {
        self.push(0x61, to, from, offset, 0);
    }

    /// `*(u64 *)(to + offset) = value`
    pub fn store(&mut self, to: Register, offset: i16, value: u32) {
        self.push(0x7a, to, R0, offset, value);
    }

    /// `to = from`
    pub fn copy(&mut self, to: Register, from: Register) {
        self.push(0xbf, to, from, 0, 0);
    }

    /// `to = value`
    pub fn set(&mut self, to: Register, value: u32) {
        self.push(0xb7, to, R0, 0, value);
    }

    /// `to += value`, the value taken as signed
    pub fn add(&mut self, to: Register, value: i32) {
        self.push(0x07, to, R0, 0, value as u32);
    }

    /// `to &= value`
    pub fn and(&mut self, to: Register, value: u32) {
        self.push(0x57, to, R0, 0, value);
    }

    /// `to >>= value`
    pub fn shift_right(&mut self, to: Register, value: u32) {
        self.push(0x77, to, R0, 0, value);
    }

    /// Leaves out the next `skip` instructions if the lower half equals.
    pub fn if_equal(&mut self, register: Register, value: u32, skip: i16) {
        self.push(0x16, register, R0, skip, value);
    }

    /// Leaves out the next `skip` instructions unless the lower half equals.
    pub fn unless_equal(&mut self, register: Register, value: u32, skip: i16) {
        self.push(0x56, register, R0, skip, value);
    }

    /// Calls a helper of the kernel; arguments in r1 to r5, result in r0.
    pub fn call(&mut self, helper: u32) {
        self.push(0x85, R0, R0, 0, helper);
    }

    /// Returns r0.
    pub fn exit(&mut self) {
        self.push(0x95, R0, R0, 0, 0);
    }
}
