//! What serde asks for, and what is taken for it.

use alloc::borrow::Cow;

use serde::{
    Deserializer,
    de::{DeserializeSeed, SeqAccess, Visitor},
};

use super::{
    CborError,
    head::{Head, Major, simple},
    items::{Items, Variant},
    read::Reader,
    skip::skip,
};

impl<'de> Reader<'de> {
    fn visit_number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, CborError> {
        match self.bytes.peek()?.major {
            Major::Unsigned => visitor.visit_u64(self.whole(0, u64::MAX)?),
            Major::Negative => visitor.visit_i64(self.whole(i64::MIN, 0)?.cast_signed()),
            Major::Bytes | Major::Text | Major::Array | Major::Map | Major::Tag | Major::Simple => {
                visitor.visit_f64(self.float()?)
            }
        }
    }

    fn visit_string<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, CborError> {
        match self.text()? {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn visit_bytes<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, CborError> {
        let head = self.bytes.head()?;
        match self.string(head)? {
            Cow::Borrowed(bytes) => visitor.visit_borrowed_bytes(bytes),
            Cow::Owned(bytes) => visitor.visit_byte_buf(bytes),
        }
    }

    fn visit_sequence<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, CborError> {
        let head = self.bytes.head()?;
        match head.major {
            Major::Array => Items::visit_seq(self, head, visitor),
            Major::Bytes => {
                let bytes = self.string(head)?;
                let mut numbers = Numbers(&bytes);
                let value = visitor.visit_seq(&mut numbers)?;
                if numbers.0.is_empty() { Ok(value) } else { Err(too_many()) }
            }
            Major::Unsigned
            | Major::Negative
            | Major::Text
            | Major::Map
            | Major::Tag
            | Major::Simple => Err(CborError::unfit("an array is expected")),
        }
    }

    fn visit_entries<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, CborError> {
        /// A map without entries.
        const EMPTY: Head = Head { major: Major::Map, info: 0, number: 0 };

        let head = self.bytes.peek()?;
        let head = if head.major == Major::Map {
            self.bytes.head()?
        } else {
            self.nothing().map_err(|_| CborError::unfit("an object is expected"))?;
            EMPTY
        };
        Items::visit_map(self, head, visitor)
    }

    fn visit_simple<V: Visitor<'de>>(
        &mut self,
        head: Head,
        visitor: V,
    ) -> Result<V::Value, CborError> {
        match head.info {
            simple::FALSE | simple::TRUE => self.deserialize_bool(visitor),
            simple::NULL | simple::UNDEFINED => self.deserialize_unit(visitor),
            simple::HALF..=simple::DOUBLE => self.visit_number(visitor),
            _ => Err(CborError::unfit("this simple value means nothing")),
        }
    }
}

#[cold]
pub(super) fn too_many() -> CborError {
    CborError::unfit("there are too many items")
}

/// Numbers of one type: what fits is given to the visitor's method for it.
macro_rules! whole_numbers {
    ($($method:ident $visit:ident $type:ident $least:expr;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CborError> {
            visitor.$visit(self.whole($least, $type::MAX as u64)? as $type)
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = CborError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CborError> {
        let head = self.bytes.peek()?;
        match head.major {
            Major::Unsigned | Major::Negative => self.visit_number(visitor),
            Major::Bytes => self.visit_bytes(visitor),
            Major::Text => self.visit_string(visitor),
            Major::Array => self.visit_sequence(visitor),
            Major::Map => self.visit_entries(visitor),
            Major::Tag | Major::Simple => self.visit_simple(head, visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CborError> {
        let head = self.bytes.head()?;
        match (head.major, head.info) {
            (Major::Simple, simple::FALSE) => visitor.visit_bool(false),
            (Major::Simple, simple::TRUE) => visitor.visit_bool(true),
            _ => Err(CborError::unfit("true or false is expected")),
        }
    }

    whole_numbers! {
        deserialize_u8 visit_u8 u8 0;
        deserialize_u16 visit_u16 u16 0;
        deserialize_u32 visit_u32 u32 0;
        deserialize_u64 visit_u64 u64 0;
        deserialize_i8 visit_i8 i8 i8::MIN.into();
        deserialize_i16 visit_i16 i16 i16::MIN.into();
        deserialize_i32 visit_i32 i32 i32::MIN.into();
        deserialize_i64 visit_i64 i64 i64::MIN;
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CborError> {
        visitor.visit_u128(self.whole(0, u64::MAX)?.into())
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CborError> {
        if self.bytes.peek()?.major == Major::Unsigned {
            return visitor.visit_i128(self.whole(0, u64::MAX)?.into());
        }
        visitor.visit_i128(self.whole(i64::MIN, i64::MAX as u64)?.cast_signed().into())
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CborError> {
        visitor.visit_f32(self.short_float()?)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CborError> {
        visitor.visit_f64(self.float()?)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CborError> {
        visitor.visit_str(&self.text()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CborError> {
        self.visit_string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CborError> {
        self.visit_string(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CborError> {
        if self.bytes.peek()?.major == Major::Bytes {
            return self.visit_bytes(visitor);
        }
        self.visit_sequence(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CborError> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CborError> {
        if self.bytes.peek()?.is_nothing() {
            self.bytes.head()?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CborError> {
        self.nothing()?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, CborError> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, CborError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CborError> {
        self.visit_sequence(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, CborError> {
        self.visit_sequence(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, CborError> {
        self.visit_sequence(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CborError> {
        self.visit_entries(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, CborError> {
        self.visit_entries(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, CborError> {
        Variant::visit(self, visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CborError> {
        // Not `visit_u64`, which would take a number for the index of a field.
        visitor.visit_str(&self.text()?)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CborError> {
        skip(&mut self.bytes, self.depth)?;
        visitor.visit_unit()
    }
}

/// A byte string as a sequence of numbers.
struct Numbers<'a>(&'a [u8]);

impl<'de> SeqAccess<'de> for Numbers<'_> {
    type Error = CborError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, CborError> {
        let Some((byte, rest)) = self.0.split_first() else { return Ok(None) };
        self.0 = rest;
        seed.deserialize(Byte(*byte)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// A byte of a byte string. What asks for larger numbers is refused: if it was a view of larger
/// ones, their bytes are not what was meant.
struct Byte(u8);

/// Numbers of more than a byte.
macro_rules! larger_numbers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, CborError> {
            Err(only_bytes())
        }
    )*};
}

#[cold]
fn only_bytes() -> CborError {
    CborError::unfit("an array of numbers is expected, not bytes")
}

impl<'de> Deserializer<'de> for Byte {
    type Error = CborError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CborError> {
        visitor.visit_u8(self.0)
    }

    larger_numbers! {
        deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_f32 deserialize_f64
    }

    serde::forward_to_deserialize_any! {
        bool u8 i8 char str string bytes byte_buf option unit unit_struct newtype_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}
