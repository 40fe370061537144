//! Attacks on kernels, by their promises.

use unjank_protocol::{KernelDescription, Window};

use super::{
    Finding, Weight,
    merge::merge,
    random::Random,
    sample::{EMPTY, Sample, strides},
};
use crate::{HostError, Input, Instance, Module};

/// Units of the windows that are tried, besides all at once.
const WINDOWS: [u32; 5] = [1, 2, 3, 13, 17];

/// Calls after which memory must not have grown any more, and how many are made.
const SETTLED: usize = 10;
const CALLS: usize = 1000;

type Outputs = Vec<Vec<u8>>;

/// Attacks every kernel of a module.
pub(super) struct Attacker<'a> {
    module: &'a Module,
    random: Random,
    findings: Vec<Finding>,
}

/// A kernel that was run with a sample, and what came of it.
struct Suspect<'a> {
    index: usize,
    described: &'a KernelDescription,
    sample: Sample,
    whole: Outputs,
}

/// What an attack shows: a rule that is broken.
type Attack = Result<(), String>;

impl<'a> Attacker<'a> {
    pub(super) const fn new(module: &'a Module, seed: u64) -> Self {
        Self { module, random: Random::new(seed), findings: Vec::new() }
    }

    pub(super) fn attack(mut self) -> Vec<Finding> {
        let mut suspects = Vec::new();
        for (index, kernel) in self.module.description().kernels.iter().enumerate() {
            let result = self.garbage(index, kernel);
            self.judge(kernel, result);
            suspects.extend(self.find_sample(index, kernel));
        }
        for suspect in &suspects {
            let attacks: [fn(&Self, &Suspect<'_>) -> Attack; 5] =
                [Self::again, Self::dirty, Self::identified, Self::after_others, Self::flat];
            for attack in attacks {
                let result = attack(&self, suspect);
                self.judge(suspect.described, result);
            }
            let result = self.in_windows(suspect);
            self.judge(suspect.described, result);
        }
        self.findings
    }

    fn judge(&mut self, kernel: &KernelDescription, result: Attack) {
        if let Err(message) = result {
            self.find(Weight::Fault, kernel, message);
        }
    }

    fn find(&mut self, weight: Weight, kernel: &KernelDescription, message: String) {
        self.findings.push(Finding { weight, kernel: Some(kernel.name.clone()), message });
    }

    fn instance(&self) -> Result<Instance, String> {
        self.module.instantiate().map_err(|error| format!("no other instance can be made: {error}"))
    }

    // ---- Params

    /// Bytes that are no params, and params that mean nothing, are refused or ignored.
    fn garbage(&mut self, index: usize, kernel: &KernelDescription) -> Attack {
        let mut instance = self.instance()?;
        for params in garbage(&mut self.random) {
            let sample = Sample::of(kernel, &params, strides(kernel)[0], &mut self.random);
            if let Err(error) = call(&mut instance, index, &sample, sample.whole())
                && error.is_fatal()
            {
                let shown: String =
                    params.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
                return Err(format!("given {} bytes of params ({shown}…), {error}", params.len()));
            }
        }
        Ok(())
    }

    /// A call without params that it answers, if there is one.
    fn find_sample<'k>(
        &mut self,
        index: usize,
        kernel: &'k KernelDescription,
    ) -> Option<Suspect<'k>> {
        let mut refusal = None;
        for params in EMPTY {
            for stride in strides(kernel) {
                let sample = Sample::of(kernel, params, stride, &mut self.random);
                let Ok(mut instance) = self.instance() else { return None };
                match call(&mut instance, index, &sample, sample.whole()) {
                    Ok(whole) => return Some(Suspect { index, described: kernel, sample, whole }),
                    Err(error) => refusal = refusal.or(Some(error)),
                }
            }
        }
        let refusal = refusal?;
        let is_broken = matches!(refusal, HostError::Broken { .. });
        let weight = if is_broken { Weight::Fault } else { Weight::Note };
        self.find(weight, kernel, format!("not tried without params: {refusal}"));
        None
    }

    // ---- The same again

    fn again(&self, suspect: &Suspect<'_>) -> Attack {
        let mut instance = self.instance()?;
        if !suspect.described.pure {
            return Ok(());
        }
        for _ in 0..3 {
            suspect.expect(&mut instance, "again")?;
        }
        Ok(())
    }

    /// What stood in the slots before changes nothing.
    fn dirty(&self, suspect: &Suspect<'_>) -> Attack {
        let mut instance = self.instance()?;
        let mut random = Random::new(suspect.index as u64);
        let noise = random.bytes(suspect.sample.whole().input_len() as usize * 3);
        let params = random.bytes(100);
        let inputs = vec![Input::bytes(&noise); suspect.described.inputs.len()];
        let window = Window::whole(suspect.sample.stride, suspect.sample.whole().total * 3);
        match instance.run(suspect.index, &params, &inputs, window) {
            Err(error) if error.is_fatal() => Err(format!("given noise, {error}")),
            _ if !suspect.described.pure => Ok(()),
            _ => suspect.expect(&mut instance, "after other bytes"),
        }
    }

    /// An input that has an identity is left as it is.
    fn identified(&self, suspect: &Suspect<'_>) -> Attack {
        if !suspect.described.pure {
            return Ok(());
        }
        let (mut instance, sample) = (self.instance()?, &suspect.sample);
        let mut inputs = sample.inputs(sample.whole());
        for (identity, input) in (1..).zip(&mut inputs) {
            input.identity = identity;
        }
        for _ in 0..2 {
            let outputs = instance.run(suspect.index, &sample.params, &inputs, sample.whole());
            suspect.compare(outputs, "with inputs that have an identity")?;
        }
        instance.forget(0).map_err(|error| format!("told to forget, {error}"))
    }

    fn after_others(&self, suspect: &Suspect<'_>) -> Attack {
        let mut instance = self.instance()?;
        let mut random = Random::new(suspect.index as u64);
        for (index, kernel) in self.module.description().kernels.iter().enumerate() {
            let sample = Sample::of(kernel, EMPTY[0], strides(kernel)[0], &mut random);
            match call(&mut instance, index, &sample, sample.whole()) {
                Err(error) if error.is_fatal() => instance = self.instance()?,
                _ if !suspect.described.pure => {}
                _ => suspect.expect(&mut instance, &format!("after `{}`", kernel.name))?,
            }
        }
        Ok(())
    }

    fn flat(&self, suspect: &Suspect<'_>) -> Attack {
        let (mut instance, sample) = (self.instance()?, &suspect.sample);
        let mut settled = 0;
        for index in 0..CALLS {
            call(&mut instance, suspect.index, sample, sample.whole())
                .map_err(|error| format!("at call {index}, {error}"))?;
            if index == SETTLED {
                settled = instance.memory();
            }
        }
        match instance.memory() - settled {
            0 => Ok(()),
            more => Err(format!("its memory grows: by {more} bytes in {CALLS} calls")),
        }
    }

    // ---- In windows

    fn in_windows(&mut self, suspect: &Suspect<'_>) -> Attack {
        if !suspect.described.pure {
            return Ok(());
        }
        let halo = self.instance()?.halo(suspect.index, &suspect.sample.params);
        let halo = halo.map_err(|error| format!("asked for its halo, {error}"))?;
        for units in WINDOWS {
            if !self.is_whole(suspect, units, halo)? {
                return Err(format!("windows of {units} units are not the whole"));
            }
        }
        let narrower = halo.map(|units| units.saturating_sub(1));
        if narrower != halo && self.is_whole(suspect, 3, narrower).unwrap_or(false) {
            let message =
                format!("its halo of {halo:?} may be too wide: with less it does the same");
            self.find(Weight::Warning, suspect.described, message);
        }
        Ok(())
    }

    /// Whether windows make what the whole makes, as far as that can be told.
    fn is_whole(&self, suspect: &Suspect<'_>, units: u32, halo: [u32; 2]) -> Result<bool, String> {
        let mut instance = self.instance()?;
        let mut chunks: Vec<Outputs> = vec![Vec::new(); suspect.whole.len()];
        for window in suspect.sample.windows(units, halo) {
            let outputs = call(&mut instance, suspect.index, &suspect.sample, window)
                .map_err(|error| format!("in windows of {units} units, {error}"))?;
            for (chunks, output) in chunks.iter_mut().zip(outputs) {
                chunks.push(output);
            }
        }
        let outputs = suspect.described.outputs.iter().zip(&chunks).zip(&suspect.whole);
        Ok(outputs.into_iter().all(|((described, chunks), whole)| {
            merge(described, chunks).is_none_or(|merged| merged == *whole)
        }))
    }
}

impl Suspect<'_> {
    fn expect(&self, instance: &mut Instance, when: &str) -> Attack {
        let outputs = call(instance, self.index, &self.sample, self.sample.whole());
        self.compare(outputs, when)
    }

    fn compare(&self, outputs: Result<Outputs, HostError>, when: &str) -> Attack {
        match outputs {
            Ok(outputs) if outputs == self.whole => Ok(()),
            Ok(_) => Err(format!("{when}, the same call has another result")),
            Err(error) => Err(format!("{when}, {error}")),
        }
    }
}

fn call(
    instance: &mut Instance,
    kernel: usize,
    sample: &Sample,
    window: Window,
) -> Result<Outputs, HostError> {
    instance.run(kernel, &sample.params, &sample.inputs(window), window)
}

/// Bytes that are no CBOR, CBOR that ends too soon or goes too deep, and extreme values.
fn garbage(random: &mut Random) -> Vec<Vec<u8>> {
    let mut garbage = vec![
        vec![0xff],
        vec![0x1c],
        vec![0x9f, 0xff],
        vec![0xbf, 0xff],
        vec![0xa1, 0x61, 0x61],
        vec![0x81; 10_000],
        vec![0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        vec![0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        vec![0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        vec![0x3b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        vec![0xfb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0],
        vec![0xf9, 0x7e, 0],
        b"\xa1\x67unknown\x01".to_vec(),
        b"\x65hello".to_vec(),
        vec![0x80],
        vec![0xf5],
        vec![0xa0, 0xa0],
    ];
    garbage.extend((1..32).map(|length| random.bytes(length)));
    garbage
}
