//! What arrays, maps and enums hold.

use serde::{
    Deserializer,
    de::{DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor},
};

use super::{
    CborError,
    deserialize::too_many,
    head::{Head, Major},
    read::Reader,
};

/// The items of an array or the entries of a map.
pub(super) struct Items<'a, 'de> {
    reader: &'a mut Reader<'de>,
    /// How many there are still; `None` until a break.
    left: Option<u64>,
    /// How many were taken.
    taken: usize,
    /// Where the key of the entry that is read stands.
    key: usize,
}

impl<'a, 'de> Items<'a, 'de> {
    fn enter(reader: &'a mut Reader<'de>, head: Head) -> Result<Self, CborError> {
        reader.enter()?;
        Ok(Self { reader, left: head.length(), taken: 0, key: 0 })
    }

    pub(super) fn visit_seq<V: Visitor<'de>>(
        reader: &'a mut Reader<'de>,
        head: Head,
        visitor: V,
    ) -> Result<V::Value, CborError> {
        let mut items = Self::enter(reader, head)?;
        let value = visitor.visit_seq(&mut items)?;
        items.leave()?;
        Ok(value)
    }

    pub(super) fn visit_map<V: Visitor<'de>>(
        reader: &'a mut Reader<'de>,
        head: Head,
        visitor: V,
    ) -> Result<V::Value, CborError> {
        let mut items = Self::enter(reader, head)?;
        let value = visitor.visit_map(&mut items)?;
        items.leave()?;
        Ok(value)
    }

    /// Whether there is one more, which is counted as taken.
    fn next(&mut self) -> bool {
        let is_more = match &mut self.left {
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
            None if self.reader.bytes.take_break() => {
                self.left = Some(0);
                false
            }
            None => true,
        };
        self.taken += usize::from(is_more);
        is_more
    }

    /// How many there are at most: each has a byte.
    fn at_most(&self) -> Option<usize> {
        let left = usize::try_from(self.left?).unwrap_or(usize::MAX);
        Some(left.min(self.reader.bytes.rest().len()))
    }

    fn leave(mut self) -> Result<(), CborError> {
        if self.next() {
            return Err(too_many());
        }
        self.reader.leave();
        Ok(())
    }

    /// The error of a value, with the name of its key.
    #[cold]
    fn of_value(&self, error: CborError) -> CborError {
        match self.reader.again(self.key).text() {
            Ok(name) => error.within_field(&name),
            Err(_) => error.within_item(self.taken - 1),
        }
    }
}

impl<'de> SeqAccess<'de> for &mut Items<'_, 'de> {
    type Error = CborError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, CborError> {
        if !self.next() {
            return Ok(None);
        }
        let item = seed.deserialize(&mut *self.reader);
        item.map(Some).map_err(|error| error.within_item(self.taken - 1))
    }

    fn size_hint(&self) -> Option<usize> {
        self.at_most()
    }
}

impl<'de> MapAccess<'de> for &mut Items<'_, 'de> {
    type Error = CborError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, CborError> {
        if !self.next() {
            return Ok(None);
        }
        self.key = self.reader.bytes.at();
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, CborError> {
        seed.deserialize(&mut *self.reader).map_err(|error| self.of_value(error))
    }

    fn size_hint(&self) -> Option<usize> {
        self.at_most()
    }
}

/// A variant of an enum: a text, or a map with one entry.
pub(super) struct Variant<'a, 'de> {
    reader: &'a mut Reader<'de>,
    has_value: bool,
}

impl<'a, 'de> Variant<'a, 'de> {
    pub(super) fn visit<V: Visitor<'de>>(
        reader: &'a mut Reader<'de>,
        visitor: V,
    ) -> Result<V::Value, CborError> {
        let head = reader.bytes.peek()?;
        if head.major == Major::Text {
            return visitor.visit_enum(Variant { reader, has_value: false });
        }
        if head.major != Major::Map {
            return Err(no_variant());
        }
        let head = reader.bytes.head()?;
        let mut entries = Items::enter(reader, head)?;
        if !entries.next() {
            return Err(no_variant());
        }
        let value = visitor.visit_enum(Variant { reader: entries.reader, has_value: true })?;
        entries.leave()?;
        Ok(value)
    }

    fn value(&mut self) -> Result<&mut Reader<'de>, CborError> {
        if self.has_value {
            return Ok(self.reader);
        }
        Err(CborError::unfit("this variant is an object: { its name: its value }"))
    }
}

#[cold]
fn no_variant() -> CborError {
    CborError::unfit("a variant is expected: its name, or { its name: its value }")
}

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = CborError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), CborError> {
        Ok((seed.deserialize(&mut *self.reader)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = CborError;

    fn unit_variant(self) -> Result<(), CborError> {
        if self.has_value { self.reader.nothing() } else { Ok(()) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        mut self,
        seed: T,
    ) -> Result<T::Value, CborError> {
        seed.deserialize(self.value()?)
    }

    fn tuple_variant<V: Visitor<'de>>(
        mut self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, CborError> {
        self.value()?.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        mut self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, CborError> {
        self.value()?.deserialize_struct("", fields, visitor)
    }
}
