//! Kernels that are called by message, and futures that are called as kernels.

use std::{
    future::{pending, poll_fn},
    task::Poll,
};

use proptest::prelude::*;
use serde::{Serialize, ser};
use unjank_gloo::{Answer, Call, OneshotFault, Payload, Unfinished, finish, run_oneshot};
use unjank_protocol::{Context, Kernel, KernelError, Output, Window, run_alone};

/// Adds a number to the core. Refuses 0, fails at 13, keeps too much at 99.
struct Add;

impl Kernel for Add {
    const NAME: &'static str = "add";
    type Params = u8;

    fn run(by: &u8, input: &mut [u8], output: &mut Output, cx: &Context) -> Done {
        match by {
            0 => return Err(KernelError::params("nothing to add")),
            13 => return Err(KernelError::failed(7, "not thirteen")),
            99 => output.keep_input(0..input.len() + 1),
            _ => output.keep_input(cx.window().core_bytes()),
        }
        input.iter_mut().for_each(|byte| *byte = byte.wrapping_add(*by));
        Ok(())
    }
}

type Done = Result<(), KernelError>;

fn call(params: u8, input: &[u8], window: Window) -> Answer {
    Call { id: 0, params, window, input: Payload(input.to_vec()) }.run::<Add>()
}

proptest! {
    #[test]
    fn a_call_gives_what_the_kernel_gives_alone(by in any::<u8>(), input in any::<Vec<u8>>()) {
        let window = Window::whole(1, input.len() as u32);
        match (call(by, &input, window), run_alone::<Add>(&by, &input, 1)) {
            (Answer::Completed(Payload(found)), Ok(expected)) => prop_assert_eq!(found, expected),
            (Answer::BadParams { message }, Err(KernelError::Params { message: expected })) => {
                prop_assert_eq!(message, expected);
            }
            (Answer::Failed { code, .. }, Err(KernelError::Failed { code: expected, .. })) => {
                prop_assert_eq!(code, expected);
            }
            (found, expected) => prop_assert!(false, "{:?} is not {:?}", found, expected),
        }
    }

    #[test]
    fn a_future_ends_however_often_it_asks(polls in 0_u32..1000) {
        let mut left = polls;
        let counts_down = poll_fn(|cx| {
            if left == 0 {
                return Poll::Ready(polls);
            }
            left -= 1;
            cx.waker().wake_by_ref();
            Poll::Pending
        });
        prop_assert_eq!(finish(counts_down), Ok(polls));
    }

    #[test]
    fn a_oneshot_takes_and_gives_postcard(words in any::<Vec<String>>()) {
        let input = postcard::to_allocvec(&words).unwrap();
        let mut output = Vec::new();
        let joined = |words: Vec<String>| async move { words.concat() };
        prop_assert_eq!(run_oneshot(joined, &input, &mut output), Ok(()));
        prop_assert_eq!(postcard::from_bytes::<String>(&output).unwrap(), words.concat());
    }
}

#[test]
fn a_call_of_a_part_answers_for_its_core() {
    let window = Window { stride: 2, total: 9, start: 3, before: 1, core: 1, after: 1 };
    let answer = call(1, &[1, 2, 3, 4, 5, 6], window);
    assert_eq!(answer, Answer::Completed(Payload(vec![4, 5])));
}

#[test]
fn a_future_that_waits_for_something_outside_is_an_error() {
    assert_eq!(finish(pending::<()>()), Err(Unfinished));
    let fault = code_of(run_oneshot(|(): ()| pending::<()>(), &[], &mut Vec::new()));
    assert_eq!(fault, OneshotFault::Unfinished.code());
}

#[test]
fn a_wake_before_the_end_of_a_poll_counts_and_one_too_many_does_not() {
    let mut polls = 0;
    let asks_twice_then_waits = poll_fn(|cx| {
        polls += 1;
        if polls == 1 {
            let waker = cx.waker().clone();
            waker.wake_by_ref();
            waker.wake();
        }
        Poll::<()>::Pending
    });
    assert_eq!(finish(asks_twice_then_waits), Err(Unfinished));
    assert_eq!(polls, 2);
}

#[test]
fn a_oneshots_input_and_output_must_fit() {
    struct Stubborn;
    impl Serialize for Stubborn {
        fn serialize<S: ser::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(ser::Error::custom("no"))
        }
    }
    let short = run_oneshot(|_: u32| async {}, &[], &mut Vec::new());
    assert_eq!(code_of(short), OneshotFault::Input.code());
    let stubborn = run_oneshot(|(): ()| async { Stubborn }, &[], &mut Vec::new());
    assert_eq!(code_of(stubborn), OneshotFault::Output.code());
}

fn code_of(done: Done) -> u32 {
    match done {
        Err(KernelError::Failed { code, .. }) => code,
        other => panic!("{other:?} has no code"),
    }
}
