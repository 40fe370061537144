//! A check says what a module is, and finds what no host would see until it is too late.

use std::{fs, path::Path, time::Duration};

use unjank_host::{
    Limits,
    check::{Report, Weight, check},
};

const LIMITS: Limits = Limits { call: Duration::from_secs(20), memory: 1 << 30 };

fn golden(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/golden").join(path)
}

fn report(bytes: &[u8]) -> Report {
    check(bytes, LIMITS, 1).expect("a kernel module")
}

/// A module whose text is that of a golden one, but for one part.
#[track_caller]
fn changed(path: &str, part: &str, by: &str) -> Report {
    let text = fs::read_to_string(golden(path)).expect("a golden module");
    assert_eq!(text.matches(part).count(), 1, "{part}");
    report(&wat::parse_str(text.replace(part, by)).expect("it assembles"))
}

/// A module of one kernel of grain 1, which does this with its input at 0x2000.
fn running(body: &str) -> Report {
    let put_out = "(i32.store (i32.const 0x224) (i32.load (i32.const 0x140))) (i32.const 0)";
    changed("bad/status-unknown.wat", "(i32.const 999)", &format!("{body} {put_out}"))
}

#[track_caller]
fn finds(report: &Report, weight: Weight, says: &str) {
    let findings: Vec<_> = report.findings.iter().map(ToString::to_string).collect();
    let found = report
        .findings
        .iter()
        .any(|finding| finding.weight == weight && finding.message.contains(says));
    assert!(found, "{weight:?} that says {says:?} in {findings:#?}");
    assert_eq!(report.is_bad(), weight == Weight::Fault, "{findings:#?}");
}

// ---- Good ones

#[test]
fn good_modules_have_no_faults() {
    for path in ["invert.wasm", "future.wasm"] {
        let report = report(&fs::read(golden(path)).expect("a golden module"));
        assert!(!report.is_bad(), "{path}: {report}");
    }
}

#[test]
fn of_the_golden_kernels_only_the_one_that_traps_has_a_fault() {
    for path in ["golden.wasm", "c/golden.wasm", "rust/golden.wasm"] {
        let report = report(&fs::read(golden(path)).expect("a golden module"));
        let faults = report.findings.iter().filter(|finding| finding.weight == Weight::Fault);
        let kernels: Vec<_> = faults.map(|fault| fault.kernel.as_deref()).collect();
        assert_eq!(kernels, [Some("trap")], "{path}: {report}");
    }
}

#[test]
fn docs_are_shown_and_missed() {
    let with = fs::read(golden("rust/golden.wasm")).expect("a golden module");
    assert!(report(&with).docs.kernels.contains_key("invert"));
    let stripped = report(&fs::read(golden("invert.wasm")).expect("a golden module"));
    finds(&stripped, Weight::Warning, "unjank:docs");
}

// ---- Broken promises

#[test]
fn a_kernel_that_is_not_pure_is_found() {
    let counts =
        "(i32.store (i32.const 0x800) (i32.add (i32.load (i32.const 0x800)) (i32.const 1)))
        (i32.store8 (i32.const 0x2000) (i32.load (i32.const 0x800)))";
    finds(&running(counts), Weight::Fault, "again, the same call has another result");
}

#[test]
fn a_kernel_that_looks_where_its_window_is_breaks_its_grain() {
    let tells = "(i32.store8 (i32.const 0x2000) (i32.load (i32.const 0x118)))";
    finds(&running(tells), Weight::Fault, "windows of 1 units are not the whole");
}

#[test]
fn a_kernel_that_looks_behind_its_input_is_found() {
    let looks = "(i32.store8 (i32.const 0x2000)
        (i32.load8_u (i32.add (i32.const 0x2000) (i32.load (i32.const 0x140)))))";
    finds(&running(looks), Weight::Fault, "after other bytes, the same call has another result");
}

#[test]
fn a_kernel_that_scribbles_on_what_is_known_by_an_identity_is_found() {
    let scribbles =
        "(i32.store8 (i32.const 0x2000) (i32.xor (i32.load8_u (i32.const 0x2000)) (i32.const 1)))";
    finds(&running(scribbles), Weight::Fault, "with inputs that have an identity");
}

#[test]
fn memory_that_grows_with_every_call_is_found() {
    let leaks = "(drop (memory.grow (i32.const 1)))";
    finds(&running(leaks), Weight::Fault, "its memory grows");
}

#[test]
fn params_that_trap_are_found() {
    let trusts = "(if (i32.gt_u (i32.load (i32.const 0x10c)) (i32.const 20)) (then (unreachable)))";
    finds(&running(trusts), Weight::Fault, "unreachable");
}

#[test]
fn a_kernel_that_hangs_is_told_so() {
    let limits = Limits { call: Duration::from_millis(50), ..LIMITS };
    let text = fs::read_to_string(golden("bad/status-unknown.wat")).expect("a module");
    let hangs = text.replace("(i32.const 999)", "(loop $again (br $again)) (i32.const 0)");
    let report = check(&wat::parse_str(hangs).expect("it assembles"), limits, 1);
    finds(&report.expect("a kernel module"), Weight::Fault, "took too long");
}

#[test]
fn a_halo_that_is_too_narrow_is_a_fault_and_one_too_wide_a_warning() {
    let with_halo = |units: &str| {
        let text = fs::read_to_string(golden("golden.wat")).expect("a golden module");
        let halo = format!("\\64halo\\82\\{units}\\{units}");
        let changed = text.replace("\\64halo\\82\\01\\01", &halo);
        assert_ne!(changed, text);
        // The kernel that traps is a fault in itself.
        let tame = changed.replace("(unreachable)", "(return (i32.const 6))");
        report(&wat::parse_str(tame).expect("it assembles"))
    };
    finds(&with_halo("00"), Weight::Fault, "windows of 1 units are not the whole");
    finds(&with_halo("02"), Weight::Warning, "may be too wide");
}
