//! A path through a world, for people to read.

use std::fmt::Write;

use super::{
    Broken,
    step::{Step, action_name, seconds},
    world::World,
};

/// Lets the steps happen again from `world`, and tells each in a line: when, what happened, and
/// what the scheduler did about it. The last line names the broken law.
pub(crate) fn tell(mut world: World, steps: &[Step], broken: &Broken) -> String {
    let mut text = format!("law broken after {} steps: {broken}\n", steps.len());
    line(&mut text, 0, &world, "the pool is built");
    for (number, &step) in (1..).zip(steps) {
        // The step that breaks a law says so in the headline.
        let _ = world.apply(step);
        line(&mut text, number, &world, &step.to_string());
    }
    text
}

fn line(text: &mut String, number: usize, world: &World, step: &str) {
    let actions: Vec<String> = world.actions.iter().copied().map(action_name).collect();
    let actions = if actions.is_empty() { "-".to_owned() } else { actions.join(", ") };
    let at = seconds(world.now);
    writeln!(text, "{number:>4}  {at:>8}  {step:<32} => {actions}").expect("a string takes it all");
}
