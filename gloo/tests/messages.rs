//! Messages, and what is none.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::{Serialize, ser::Error};
use unjank_gloo::{Answer, Call, Payload, Reply, UnreadableError, read, write};
use unjank_protocol::Window;

fn windows() -> impl Strategy<Value = Window> {
    any::<[u32; 6]>().prop_map(|[stride, total, start, before, core, after]| Window {
        stride,
        total,
        start,
        before,
        core,
        after,
    })
}

fn calls() -> impl Strategy<Value = Call<BTreeMap<String, i64>>> {
    (any::<u32>(), any::<BTreeMap<String, i64>>(), windows(), any::<Vec<u8>>())
        .prop_map(|(id, params, window, input)| Call { id, params, window, input: Payload(input) })
}

fn answers() -> impl Strategy<Value = Answer> {
    prop_oneof![
        any::<Vec<u8>>().prop_map(|output| Answer::Completed(output.into())),
        any::<String>().prop_map(|message| Answer::BadParams { message }),
        any::<(u32, String)>().prop_map(|(code, message)| Answer::Failed { code, message }),
        any::<(String, Option<String>)>()
            .prop_map(|(message, location)| Answer::Panicked { message, location }),
    ]
}

proptest! {
    #[test]
    fn a_message_survives_the_way_there_and_back(
        call in calls(), id in any::<u32>(), answer in answers(),
    ) {
        prop_assert_eq!(read(&write(&call).unwrap()), Ok(call));
        let reply = Reply { id, answer };
        prop_assert_eq!(read(&write(&reply).unwrap()), Ok(reply));
    }

    #[test]
    fn any_bytes_may_be_read(bytes in any::<Vec<u8>>(), call in calls(), place in any::<usize>()) {
        prop_assert!(read::<Reply>(&bytes).is_err());
        let mut damaged = write(&call).unwrap();
        let place = place % damaged.len();
        damaged[place] ^= 0x55;
        // It may be another call; it may not panic.
        let _ = read::<Call<BTreeMap<String, i64>>>(&damaged);
        let short = read::<Call<BTreeMap<String, i64>>>(&write(&call).unwrap()[..place]);
        prop_assert_eq!(short, Err(UnreadableError::Truncated));
    }
}

#[test]
fn what_is_no_message_is_told_apart() {
    let seven = write(&7_u32).unwrap();
    assert_eq!(read(&seven), Ok(7_u32));
    let with = |place: usize, byte: u8| {
        let mut changed = seven.clone();
        changed[place] = byte;
        read::<u32>(&changed)
    };
    assert_eq!(with(0, b'x'), Err(UnreadableError::NotAMessage));
    assert_eq!(with(4, b'x'), Err(UnreadableError::NotAMessage));
    assert!(matches!(with(2, 99), Err(UnreadableError::VersionMismatch { theirs: 99, .. })));
    assert_eq!(read::<u32>(&[&seven[..], &[0]].concat()), Err(UnreadableError::TrailingBytes));
    // Seven is no truth value.
    assert_eq!(read::<bool>(&seven), Err(UnreadableError::Malformed));
}

/// A payload costs its bytes and their number, whatever they are.
#[test]
fn bytes_are_written_as_they_are() {
    let bytes: Vec<u8> = (0..=255).collect();
    let message = write(&Payload(bytes.clone())).unwrap();
    assert!(message.ends_with(&bytes));
    assert_eq!(message.len(), 5 + 2 + bytes.len());
}

#[test]
fn what_cannot_be_written_is_an_error() {
    struct Stubborn;
    impl Serialize for Stubborn {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(S::Error::custom("no"))
        }
    }
    let said = write(&Stubborn).unwrap_err().to_string();
    assert!(said.contains("no form in postcard"), "{said}");
}
