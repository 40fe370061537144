//! The bytes that a module has reserved: slot 0 for params, slot 1 + i for input i.

use unjank_protocol::abi;

use super::{
    call::{self, Call},
    guest::Guest,
};
use crate::HostError;

/// What is reserved.
#[derive(Debug, Default)]
pub(super) struct Slots {
    slots: Vec<Slot>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    address: u32,
    /// `None`: nothing is reserved.
    length: Option<u32>,
    /// The identity of the bytes that stand in it; 0: nobody knows.
    holds: u32,
}

impl Slots {
    /// Makes room for a call, where there is not just as much; `false`: there is none. All is
    /// reserved before anything is written.
    pub(super) fn reserve(
        &mut self,
        guest: &mut Guest,
        call: &Call<'_>,
    ) -> Result<bool, HostError> {
        for (index, input) in call.slots().enumerate() {
            let length = call::length(input.bytes);
            if self.slots.len() == index {
                self.slots.push(Slot::default());
            }
            if self.slots[index].length == Some(length) {
                continue;
            }
            self.slots[index] = Slot::default();
            let address = guest.reserve(index as u32, length)?;
            if address == 0 {
                return Ok(false);
            }
            if !address.is_multiple_of(abi::ALIGNMENT) {
                return Err(HostError::broken(format!(
                    "slot {index} is at {address}, which is no multiple of {}",
                    abi::ALIGNMENT
                )));
            }
            self.slots[index] = Slot { address, length: Some(length), holds: 0 };
        }
        Ok(true)
    }

    /// Writes what the slots do not hold already.
    pub(super) fn fill(&mut self, guest: &mut Guest, call: &Call<'_>) -> Result<(), String> {
        self.expect_inside(guest, call)?;
        self.expect_apart(call)?;
        for (slot, input) in self.slots.iter_mut().zip(call.slots()) {
            if input.identity == 0 || slot.holds != input.identity {
                guest.write(slot.address, input.bytes);
                slot.holds = input.identity;
            }
        }
        Ok(())
    }

    /// Bytes of that identity stand nowhere any more; 0: none do.
    pub(super) fn forget(&mut self, identity: u32) {
        let known = self.slots.iter_mut().filter(|slot| identity == 0 || slot.holds == identity);
        known.for_each(|slot| slot.holds = 0);
    }

    /// The slot that these bytes touch, besides the one of the input whose place they may take.
    pub(super) fn touched(
        &self,
        address: u32,
        length: u32,
        in_place: Option<u32>,
    ) -> Option<usize> {
        let own = in_place.map(|input| input as usize + 1);
        let mut slots = self.slots.iter().enumerate();
        let touched = slots
            .find(|(index, slot)| Some(*index) != own && overlap((address, length), slot.range()));
        touched.map(|(index, _)| index)
    }

    fn expect_inside(&self, guest: &Guest, call: &Call<'_>) -> Result<(), String> {
        for (index, (slot, input)) in self.slots.iter().zip(call.slots()).enumerate() {
            let (at, length) = (slot.address, call::length(input.bytes));
            if guest.memory().range(at, length).is_none() {
                return Err(format!("slot {index} lies outside memory: {length} bytes at {at}"));
            }
        }
        Ok(())
    }

    fn expect_apart(&self, call: &Call<'_>) -> Result<(), String> {
        let slots = &self.slots[..=call.inputs.len()];
        for (index, slot) in slots.iter().enumerate() {
            let before = slots[..index].iter();
            if let Some(other) =
                before.clone().position(|other| overlap(other.range(), slot.range()))
            {
                return Err(format!("slots {other} and {index} overlap"));
            }
        }
        Ok(())
    }
}

impl Slot {
    fn range(&self) -> (u32, u32) {
        (self.address, self.length.unwrap_or(0))
    }
}

/// Whether two stretches of memory, by address and length, have a byte in common.
pub(super) fn overlap(one: (u32, u32), other: (u32, u32)) -> bool {
    let end = |(address, length): (u32, u32)| u64::from(address) + u64::from(length);
    u64::from(one.0.max(other.0)) < end(one).min(end(other))
}
