//! What a panic leaves behind for the host: an instance that panicked can say nothing any more.

use std::{
    cell::{Cell, RefCell},
    panic::{self, PanicHookInfo},
    ptr,
};

use unjank_protocol::abi::panic as record;

use crate::module::Place;

/// Words of the record: 1 KiB, with message and file.
const WORDS: usize = 256;

/// Bytes that the name of a file may have of them.
const FILE: usize = 200;

/// A panic's record.
pub(crate) type Record = [u32; WORDS];

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Send + Sync>;

thread_local! {
    static RECORD: RefCell<Record> = const { RefCell::new([0; WORDS]) };
    /// Our hook, as it was set last.
    static OURS: Cell<*const ()> = const { Cell::new(ptr::null()) };
}

/// Where the record is.
pub(crate) fn place() -> Place {
    RECORD.with_borrow_mut(|record| Place::of(record))
}

/// Makes sure that a panic is recorded, and that the hook which stands there is called as well,
/// whoever set it and when.
pub(crate) fn watch() {
    let hook = panic::take_hook();
    if ptr::from_ref(&*hook).cast() == OURS.get() {
        panic::set_hook(hook);
    } else {
        let ours = wrap(hook);
        OURS.set(ptr::from_ref(&*ours).cast());
        panic::set_hook(ours);
    }
}

fn wrap(theirs: Hook) -> Hook {
    Box::new(move |info| {
        RECORD.with(|record| {
            // Nobody else borrows it for longer than a call.
            if let Ok(mut record) = record.try_borrow_mut() {
                note(&mut record, info);
            }
        });
        theirs(info);
    })
}

fn note(words: &mut Record, info: &PanicHookInfo<'_>) {
    let message = info.payload_as_str().unwrap_or("the panic has no message");
    match info.location() {
        Some(place) => write(words, message, place.file(), place.line(), place.column()),
        None => write(words, message, "", 0, 0),
    }
}

/// Fills the record, without allocating: what is too long is cut.
pub(crate) fn write(words: &mut Record, message: &str, file: &str, line: u32, column: u32) {
    let (head, room) = words.split_at_mut(record::WORDS);
    let room: &mut [u8] = bytemuck::cast_slice_mut(room);
    let file = last(file, FILE);
    let message = first(message, room.len() - file.len());
    room[..message.len()].copy_from_slice(message.as_bytes());
    room[message.len()..][..file.len()].copy_from_slice(file.as_bytes());
    head[record::STATE] = record::PANIC;
    head[record::TEXT] = message.len() as u32;
    head[record::FILE] = file.len() as u32;
    head[record::LINE] = line;
    head[record::COLUMN] = column;
}

/// As many bytes from the beginning as are whole characters.
fn first(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or_default()
}

/// As many bytes from the end as are whole characters.
fn last(text: &str, bytes: usize) -> &str {
    let from = text.len().saturating_sub(bytes);
    text.get(text.ceil_char_boundary(from)..).unwrap_or_default()
}
