//! Where a module keeps what it shares with its host.

use unjank_protocol::{Description, abi};

use super::memory::{Memory, Record};

/// Where the records are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table {
    pub(crate) describe: Record,
    pub(crate) call: Record,
    pub(crate) result: Record,
    pub(crate) plan: Record,
    pub(crate) panic: Record,
    pub(crate) host: Record,
}

type Result<T> = core::result::Result<T, String>;

const WORD: u32 = 4;
const TABLE_BYTES: u32 = abi::table::WORDS as u32 * WORD;
const PANIC_BYTES: u32 = abi::panic::WORDS as u32 * WORD;
const HOST_BYTES: u32 = abi::host::WORDS as u32 * WORD;

impl Table {
    /// Reads the table at `address`. How long the records must be is known only from what the
    /// module says of itself: see [`check`](Self::check).
    pub(crate) fn read(memory: Memory<'_>, address: u32) -> Result<Self> {
        let table = Record { address, room: TABLE_BYTES };
        expect(memory, table, "the table")?;
        let word = |index| table.word(memory, index).unwrap_or(0);
        if word(abi::table::SIZE) < TABLE_BYTES {
            return Err(format!("the table says that it has {} bytes", word(abi::table::SIZE)));
        }
        let record = |index| Record { address: word(index), room: word(index + 1) };
        let describe = record(abi::table::DESCRIBE);
        if memory.range(describe.address, describe.room).is_none() {
            return Err(outside(describe, "the description"));
        }
        Ok(Self {
            describe,
            call: record(abi::table::CALL),
            result: record(abi::table::RESULT),
            plan: record(abi::table::PLAN),
            panic: record(abi::table::PANIC),
            host: record(abi::table::HOST),
        })
    }

    /// Every record is in memory and has room for what it must hold.
    pub(crate) fn check(
        &self,
        memory: Memory<'_>,
        description: &Description,
        plans: bool,
    ) -> Result<()> {
        let most = |ports: fn(&unjank_protocol::KernelDescription) -> usize| {
            description.kernels.iter().map(ports).max().unwrap_or(0) as u32
        };
        let inputs = most(|kernel| kernel.inputs.len());
        let outputs = most(|kernel| kernel.outputs.len());
        self.require(memory, self.call, call_bytes(inputs), "call")?;
        self.require(memory, self.result, result_bytes(outputs), "result")?;
        if plans {
            let least = abi::plan::WORDS as u32 * WORD + outputs * WORD;
            self.require(memory, self.plan, least, "plan")?;
        }
        let optional = [(self.panic, PANIC_BYTES, "panic"), (self.host, HOST_BYTES, "host")];
        optional
            .into_iter()
            .filter(|(record, _, _)| *record != Record::default())
            .try_for_each(|(record, least, name)| self.require(memory, record, least, name))
    }

    fn require(&self, memory: Memory<'_>, record: Record, least: u32, name: &str) -> Result<()> {
        if record.room < least {
            let room = record.room;
            return Err(format!("the {name} record has {room} bytes, and needs {least}"));
        }
        expect(memory, record, &format!("the {name} record"))
    }
}

/// Bytes of a call record with so many inputs.
pub(crate) const fn call_bytes(inputs: u32) -> u32 {
    abi::call::WORDS as u32 * WORD + inputs * abi::call::ENTRY_WORDS as u32 * WORD
}

const fn result_bytes(outputs: u32) -> u32 {
    abi::result::WORDS as u32 * WORD + outputs * abi::result::ENTRY_WORDS as u32 * WORD
}

fn expect(memory: Memory<'_>, record: Record, what: &str) -> Result<()> {
    if !record.address.is_multiple_of(WORD) {
        return Err(format!("{what} is at {}, which is no multiple of 4", record.address));
    }
    match memory.range(record.address, record.room) {
        Some(_) => Ok(()),
        None => Err(outside(record, what)),
    }
}

fn outside(Record { address, room }: Record, what: &str) -> String {
    format!("{what} lies outside memory: {room} bytes at {address}")
}
