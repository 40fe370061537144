//! What a kernel is given besides its main input, whom it may ask, and what it may give.
#![cfg(not(target_arch = "wasm32"))]

use std::cell::RefCell;

use unjank_protocol::{
    Context, Host, KernelError, Level, NoHost, Output, Window, elements, elements_mut,
};

const WHOLE: Window = Window::whole(1, 3);

#[test]
fn further_inputs_count_from_one() {
    let inputs = [&[1_u8, 2][..], &[]];
    let cx = Context::new(WHOLE).with_inputs(&inputs);
    assert_eq!(
        [0, 1, 2, 3].map(|index| cx.input(index)),
        [None, Some(&[1, 2][..]), Some(&[]), None]
    );
    assert_eq!(cx.input_as::<u8>(1), Ok(&[1, 2][..]));
    assert_eq!(cx.input_as::<u8>(3), Err(KernelError::input("input 3 is missing")));
    let odd = "input 1 has 2 bytes: no whole number of elements";
    assert_eq!(cx.input_as::<[u8; 3]>(1), Err(KernelError::input(odd)));
    assert_eq!(cx.window(), WHOLE);
}

#[test]
fn an_identity_is_a_number_but_zero() {
    let cx = Context::new(WHOLE).with_identities(&[0, 7]);
    assert_eq!([0, 1, 2].map(|index| cx.identity(index).map(|it| it.get())), [None, Some(7), None]);
}

/// Writes down what it is asked.
#[derive(Default)]
struct Recorder {
    asked: RefCell<Vec<String>>,
    stops: bool,
}

impl Recorder {
    fn note(&self, what: String) {
        self.asked.borrow_mut().push(what);
    }
}

impl Host for Recorder {
    fn emit(&self, output: u32, first_unit: u32, part: &[u8]) -> bool {
        self.note(format!("emit {output} {first_unit} {part:?}"));
        self.stops
    }

    fn progress(&self, done: f64, of: f64) {
        self.note(format!("progress {done} {of}"));
    }

    fn is_cancelled(&self) -> bool {
        self.stops
    }

    fn now(&self) -> f64 {
        12.5
    }

    fn random(&self, bytes: &mut [u8]) {
        bytes.fill(4);
    }

    fn log(&self, level: Level, line: &str) {
        self.note(format!("log {} {line}", level as u32));
    }
}

#[test]
fn a_host_hears_what_it_is_asked() {
    let host = Recorder::default();
    let cx = Context::new(WHOLE).with_host(&host);
    assert_eq!(cx.emit(1, 2, &[3]), Ok(()));
    cx.progress(1.0, 2.0);
    cx.log(Level::Warning, "careful");
    assert_eq!(*host.asked.borrow(), ["emit 1 2 [3]", "progress 1 2", "log 1 careful"]);
    assert_eq!((cx.now(), cx.check_cancelled()), (12.5, Ok(())));
    let mut bytes = [0; 2];
    cx.random(&mut bytes);
    assert_eq!(bytes, [4, 4]);
}

#[test]
fn a_host_can_say_to_stop() {
    let host = Recorder { stops: true, ..Recorder::default() };
    let cx = Context::new(WHOLE).with_host(&host);
    assert_eq!(cx.check_cancelled(), Err(KernelError::Cancelled));
    assert_eq!(cx.emit(0, 0, &[]), Err(KernelError::Cancelled));
}

#[test]
fn without_a_host_nothing_happens() {
    for cx in [Context::new(WHOLE), Context::new(WHOLE).with_host(&NoHost)] {
        cx.progress(1.0, 2.0);
        cx.log(Level::Debug, "nobody hears");
        let mut bytes = [9];
        cx.random(&mut bytes);
        assert_eq!((bytes, cx.now()), ([9], 0.0));
        assert_eq!((cx.check_cancelled(), cx.emit(0, 0, &[])), (Ok(()), Ok(())));
    }
}

#[test]
fn an_output_can_be_filled_as_any_numbers() {
    let mut output = Output::new();
    for length in [0, 1, 5, 4096, 3] {
        assert_eq!(output.fill(length).as_ptr().addr() % 16, 0, "{length}");
        output.fill_as::<f64>(length).fill(1.0);
        assert_eq!(output.result(&[]), Some(&*1.0_f64.to_le_bytes().repeat(length)));
        assert_eq!(output.fill_as::<u64>(length), vec![0; length], "nothing is left");
    }
    output.give(vec![1_u16, 2]);
    assert_eq!(output.result(&[]), Some(&[1, 0, 2, 0][..]));
    output.fill(1);
    assert_eq!(output.result(&[]), Some(&[0][..]));
}

#[test]
fn there_may_be_further_outputs() {
    let mut output = Output::new();
    output.nth(2).keep_input(1..2);
    output.nth(0).give(vec![9_u8]);
    let results = |output: &Output| {
        let nth = |index| output.nth_result(index, b"in").map(<[u8]>::to_vec);
        [0, 1, 2, 3].map(nth)
    };
    assert_eq!(results(&output), [&b"\x09"[..], b"", b"n", b""].map(|it| Some(it.to_vec())));
    output.nth(1).keep_input(1..3);
    assert_eq!(results(&output)[1], None);
    output.clear();
    assert_eq!(results(&output), [const { Some(vec![]) }; 4]);
}

#[test]
fn bytes_are_numbers_if_they_can_be() {
    let mut words = [0_u32, 1, 2];
    let bytes: &mut [u8] = bytemuck::cast_slice_mut(&mut words);
    elements_mut::<u32>(bytes).unwrap()[0] = 7;
    assert_eq!(elements::<u32>(bytes), Ok(&[7, 1, 2][..]));
    let odd = "input 0 has 10 bytes: no whole number of elements";
    assert_eq!(elements::<u32>(&bytes[..10]), Err(KernelError::input(odd)));
    let aside = "input 0 is not aligned to its elements";
    assert_eq!(elements::<u32>(&bytes[1..9]), Err(KernelError::input(aside)));
    assert_eq!(elements_mut::<u32>(&mut bytes[1..9]), Err(KernelError::input(aside)));
}

#[test]
fn a_text_becomes_a_failure() {
    let failed = KernelError::failed(0, "no luck");
    assert_eq!(KernelError::from("no luck"), failed);
    assert_eq!(KernelError::from("no luck".to_string()), failed);
    assert_eq!(KernelError::Cancelled.to_string(), "cancelled");
    assert_eq!(KernelError::input("odd").to_string(), "bad input: odd");
}
