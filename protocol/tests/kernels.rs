//! Kernels run here and now, whole or in chunks; and the ids that name them and their jobs.

use proptest::{collection::vec, prelude::*};
use unjank_protocol::{
    Context, JobId, Kernel, KernelError, Output, TaskId, Window, WorkerId, run_alone, run_in_chunks,
};

/// Each byte becomes the sum of those within `reach` bytes of it.
struct Sum;

impl Kernel for Sum {
    const NAME: &'static str = "sum";
    type Params = u32;

    fn halo(reach: &u32) -> u32 {
        *reach
    }

    fn run(
        reach: &u32,
        input: &mut [u8],
        output: &mut Output,
        cx: &Context,
    ) -> Result<(), KernelError> {
        if !cx.window().has_halo(*reach) {
            return Err(KernelError::failed(7, "the halo is short"));
        }
        let reach = *reach as usize;
        let sums = output.grow();
        for at in cx.window().core_bytes() {
            let seen = &input[at.saturating_sub(reach)..input.len().min(at + reach + 1)];
            sums.push(seen.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)));
        }
        Ok(())
    }
}

/// Keeps a part of its input, which the caller chooses.
struct Keep;

impl Kernel for Keep {
    const NAME: &'static str = "keep";
    type Params = (usize, usize);

    fn run(
        &(start, end): &(usize, usize),
        _input: &mut [u8],
        output: &mut Output,
        _cx: &Context,
    ) -> Result<(), KernelError> {
        output.fill(3);
        output.keep_input(start..end);
        Ok(())
    }
}

/// Answers for its first chunk alone.
struct First;

impl Kernel for First {
    const NAME: &'static str = "first";
    type Params = ();

    fn run(
        (): &(),
        input: &mut [u8],
        output: &mut Output,
        cx: &Context,
    ) -> Result<(), KernelError> {
        if cx.window().start == 0 {
            output.keep_input(0..input.len());
        }
        Ok(())
    }
}

proptest! {
    #[test]
    fn chunks_make_up_the_whole(
        input in vec(any::<u8>(), 0..300),
        reach in 0..20_u32,
        units in 1..50_u32,
    ) {
        let whole = run_alone::<Sum>(&reach, &input, 1);
        let naive = (0..input.len()).map(|at| {
            let near = |other: &usize| other.abs_diff(at) <= reach as usize;
            (0..input.len()).filter(near).fold(0_u8, |sum, near| sum.wrapping_add(input[near]))
        });
        prop_assert_eq!(&whole, &Ok(naive.collect()));
        prop_assert_eq!(run_in_chunks::<Sum>(&reach, &input, 1, Some(units)), whole.clone());
        prop_assert_eq!(run_in_chunks::<Sum>(&reach, &input, 1, None), whole);
    }

    #[test]
    fn a_kept_range_must_be_in_the_input(start in 0..20_usize, end in 0..20_usize) {
        let input: Vec<u8> = (0..10).collect();
        let kept = run_alone::<Keep>(&(start, end), &input, 1);
        match input.get(start..end) {
            Some(part) => prop_assert_eq!(kept, Ok(part.to_vec())),
            None => {
                let told = "the kernel kept more than its input of 10 bytes";
                prop_assert_eq!(kept, Err(KernelError::failed(0, told)));
            }
        }
    }
}

#[test]
fn a_chunk_without_a_result_is_empty() {
    assert_eq!(run_in_chunks::<First>(&(), &[1, 2, 3, 4, 5], 1, Some(2)), Ok(vec![1, 2]));
}

#[test]
fn an_empty_input_is_computed_too() {
    assert_eq!(run_alone::<Sum>(&3, &[], 1), Ok(vec![]));
    assert_eq!(run_alone::<Sum>(&3, &[], 16), Ok(vec![]));
}

#[test]
fn a_stride_that_does_not_fit_is_a_parameter_error() {
    let message = "10 bytes are no whole number of units of 3 bytes: check the stride";
    assert_eq!(run_alone::<Sum>(&0, &[0; 10], 3), Err(KernelError::params(message)));
    assert!(matches!(run_alone::<Sum>(&0, &[0; 10], 0), Err(KernelError::Params { .. })));
    assert!(matches!(
        run_in_chunks::<Sum>(&0, &[0; 10], 1, Some(0)),
        Err(KernelError::Params { .. })
    ));
}

#[test]
fn a_kernels_error_is_passed_on() {
    let mut output = Output::new();
    let middle = Window { stride: 1, total: 9, start: 3, before: 1, core: 2, after: 2 };
    let ran = Sum::run(&2, &mut [0; 5], &mut output, &Context::new(middle));
    let error = ran.expect_err("one unit is missing in front");
    assert_eq!(error, KernelError::failed(7, "the halo is short"));
    assert_eq!(error.to_string(), "kernel error 7: the halo is short");
    assert_eq!(KernelError::params("odd").to_string(), "bad parameters: odd");
    assert_eq!(First::halo(&()), 0, "kernels look at their core alone unless they say more");
}

/// Whatever a kernel did before, the last thing it says counts.
#[test]
fn an_output_says_one_thing() {
    let mut output = Output::new();
    assert_eq!(output.result(b"in"), Some(&b""[..]));
    output.fill(2).copy_from_slice(b"ab");
    assert_eq!(output.result(b"in"), Some(&b"ab"[..]));
    assert_eq!(output.fill(3), [0, 0, 0], "nothing is left of what was there");
    output.keep_input(1..2);
    assert_eq!(output.result(b"in"), Some(&b"n"[..]));
    assert_eq!(output.result(b""), None);
    output.grow().extend_from_slice(b"xy");
    assert_eq!(output.result(b"in"), Some(&b"xy"[..]));
    output.keep_input(0..0);
    output.fill(1);
    assert_eq!(output.result(b"in"), Some(&b"\0"[..]));
}

#[test]
fn job_ids_survive_as_javascript_numbers() {
    let last = JobId::LAST;
    assert_eq!(last.get(), (1 << 53) - 1);
    assert_eq!(last.next(), None);
    assert_eq!(JobId::new(last.get()), Some(last));
    assert_eq!(JobId::new(last.get() + 1), None);
    assert_eq!(JobId::new(u64::MAX), None);
    assert_eq!(JobId::FIRST.get(), 0);
    assert_eq!(JobId::FIRST.next(), JobId::new(1));
}

#[test]
fn ids_read_well() {
    let task = TaskId { job: JobId::new(7).expect("a small id"), index: 3 };
    assert_eq!(task.to_string(), "job 7, chunk 3");
    assert_eq!(WorkerId { slot: 2, generation: 5 }.to_string(), "worker 2.5");
}
