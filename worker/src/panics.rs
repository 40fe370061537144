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

#[cfg(test)]
mod tests {
    use std::{
        panic::catch_unwind,
        str,
        sync::{
            Mutex,
            atomic::{AtomicU32, Ordering},
        },
    };

    use super::*;

    /// What a host reads.
    fn read(words: &Record) -> (u32, String, String, u32, u32) {
        let [state, text, file, line, column] = *words.first_chunk().expect("a head");
        let bytes: &[u8] = bytemuck::cast_slice(&words[record::WORDS..]);
        let (text, rest) = bytes.split_at(text as usize);
        let part = |part| str::from_utf8(part).expect("UTF-8").to_string();
        (state, part(text), part(&rest[..file as usize]), line, column)
    }

    fn written(message: &str, file: &str) -> (String, String) {
        let mut words = [u32::MAX; WORDS];
        write(&mut words, message, file, 7, 9);
        let (state, text, file, line, column) = read(&words);
        assert_eq!((state, line, column), (record::PANIC, 7, 9));
        (text, file)
    }

    #[test]
    fn a_record_has_message_and_place() {
        assert_eq!(
            written("it went wrong", "src/a.rs"),
            ("it went wrong".into(), "src/a.rs".into())
        );
        assert_eq!(written("", ""), (String::new(), String::new()));
    }

    #[test]
    fn what_is_too_long_is_cut_between_characters() {
        let room = 4 * (WORDS - record::WORDS);
        for unit in ["x", "\u{fc}", "\u{6c34}", "\u{10151}"] {
            let long = unit.repeat(room);
            let (text, file) = written(&long, &long);
            assert!(FILE - 4 < file.len() && file.len() <= FILE, "{unit}: {}", file.len());
            assert!(
                text.len() + file.len() <= room && room < text.len() + file.len() + 4,
                "{unit}"
            );
            assert!(long.starts_with(&text) && long.ends_with(&file), "{unit}");
        }
    }

    /// Hooks are of the process.
    static HOOKS: Mutex<()> = Mutex::new(());

    static CALLS: AtomicU32 = AtomicU32::new(0);

    fn count_calls() {
        panic::set_hook(Box::new(|_| _ = CALLS.fetch_add(1, Ordering::Relaxed)));
    }

    /// Panics, and tells the message of the record and how often the app's hook was called.
    fn panicked(message: &str) -> (String, u32) {
        RECORD.with_borrow_mut(|words| words[record::STATE] = record::NONE);
        CALLS.store(0, Ordering::Relaxed);
        catch_unwind(|| panic!("{message}")).expect_err("it panics");
        let (state, text, file, line, _) = RECORD.with_borrow(read);
        assert_eq!(state, record::PANIC);
        assert!(file.ends_with("panics.rs") && line > 0, "{file}:{line}");
        (text, CALLS.load(Ordering::Relaxed))
    }

    #[test]
    fn the_apps_hook_is_called_whichever_was_set_first() {
        let _alone = HOOKS.lock();
        count_calls();
        watch();
        assert_eq!(panicked("theirs was first"), ("theirs was first".into(), 1));
        // Our hook is gone, until the next call.
        count_calls();
        watch();
        assert_eq!(panicked("ours was first"), ("ours was first".into(), 1));
        _ = panic::take_hook();
    }

    #[test]
    fn a_hook_is_wrapped_once() {
        let _alone = HOOKS.lock();
        count_calls();
        watch();
        let ours = OURS.get();
        for _ in 0..100 {
            watch();
            assert_eq!(OURS.get(), ours, "it stays as it is");
        }
        assert_eq!(panicked("once"), ("once".into(), 1));
        _ = panic::take_hook();
    }

    #[test]
    fn a_hook_that_calls_ours_is_called_once() {
        let _alone = HOOKS.lock();
        count_calls();
        watch();
        let ours = panic::take_hook();
        panic::set_hook(Box::new(move |info| ours(info)));
        watch();
        watch();
        assert_eq!(panicked("in the middle"), ("in the middle".into(), 1));
        _ = panic::take_hook();
    }
}
