//! From values to bytes.

use alloc::vec::Vec;

use serde::{
    Serialize, Serializer,
    ser::{
        SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
        SerializeTupleStruct, SerializeTupleVariant,
    },
};

use super::{
    CborError,
    head::{BREAK, INDEFINITE, Major, simple},
    number::to_half,
};

/// Writes one value.
#[derive(Debug, Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn head(&mut self, major: Major, number: u64) {
        let bytes = number.to_be_bytes();
        let (info, length) = match number {
            0..24 => (number as u8, 0),
            24..=0xff => (24, 1),
            0x100..=0xffff => (25, 2),
            0x1_0000..=0xffff_ffff => (26, 4),
            _ => (27, 8),
        };
        self.bytes.push((major as u8) << 5 | info);
        self.bytes.extend_from_slice(&bytes[8 - length..]);
    }

    fn simple(&mut self, info: u8, bytes: &[u8]) {
        self.bytes.push((Major::Simple as u8) << 5 | info);
        self.bytes.extend_from_slice(bytes);
    }

    /// Begins an array or map, of indefinite length if it is not known.
    fn begin(&mut self, major: Major, length: Option<usize>) -> Items<'_> {
        match length {
            Some(length) => self.head(major, length as u64),
            None => self.bytes.push((major as u8) << 5 | INDEFINITE),
        }
        Items { writer: self, ends_with_break: length.is_none() }
    }

    fn text(&mut self, text: &str) {
        self.head(Major::Text, text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Begins the one entry that a variant with a value is.
    fn variant(&mut self, name: &str) {
        self.head(Major::Map, 1);
        self.text(name);
    }
}

impl<'a> Serializer for &'a mut Writer {
    type Ok = ();
    type Error = CborError;
    type SerializeSeq = Items<'a>;
    type SerializeTuple = Items<'a>;
    type SerializeTupleStruct = Items<'a>;
    type SerializeTupleVariant = Items<'a>;
    type SerializeMap = Items<'a>;
    type SerializeStruct = Items<'a>;
    type SerializeStructVariant = Items<'a>;

    fn serialize_bool(self, value: bool) -> Result<(), CborError> {
        self.simple(if value { simple::TRUE } else { simple::FALSE }, &[]);
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), CborError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), CborError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), CborError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), CborError> {
        match u64::try_from(value) {
            Ok(value) => self.head(Major::Unsigned, value),
            Err(_) => self.head(Major::Negative, (!value).cast_unsigned()),
        }
        Ok(())
    }

    fn serialize_i128(self, value: i128) -> Result<(), CborError> {
        match (u64::try_from(value), u64::try_from(!value)) {
            (Ok(value), _) => self.head(Major::Unsigned, value),
            (_, Ok(below)) => self.head(Major::Negative, below),
            _ => return Err(too_large()),
        }
        Ok(())
    }

    fn serialize_u8(self, value: u8) -> Result<(), CborError> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), CborError> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), CborError> {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), CborError> {
        self.head(Major::Unsigned, value);
        Ok(())
    }

    fn serialize_u128(self, value: u128) -> Result<(), CborError> {
        self.serialize_u64(u64::try_from(value).map_err(|_| too_large())?)
    }

    fn serialize_f32(self, value: f32) -> Result<(), CborError> {
        match to_half(value) {
            Some(half) => self.simple(simple::HALF, &half.to_be_bytes()),
            None => self.simple(simple::SINGLE, &value.to_be_bytes()),
        }
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Result<(), CborError> {
        let short = value as f32;
        if value.is_nan() || f64::from(short) == value {
            return self.serialize_f32(short);
        }
        self.simple(simple::DOUBLE, &value.to_be_bytes());
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), CborError> {
        self.text(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), CborError> {
        self.text(value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), CborError> {
        self.head(Major::Bytes, value.len() as u64);
        self.bytes.extend_from_slice(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), CborError> {
        self.simple(simple::NULL, &[]);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), CborError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), CborError> {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), CborError> {
        self.serialize_none()
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<(), CborError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), CborError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), CborError> {
        self.variant(variant);
        value.serialize(self)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Items<'a>, CborError> {
        Ok(self.begin(Major::Array, length))
    }

    fn serialize_tuple(self, length: usize) -> Result<Items<'a>, CborError> {
        Ok(self.begin(Major::Array, Some(length)))
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        length: usize,
    ) -> Result<Items<'a>, CborError> {
        self.serialize_tuple(length)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Items<'a>, CborError> {
        self.variant(variant);
        self.serialize_tuple(length)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Items<'a>, CborError> {
        Ok(self.begin(Major::Map, length))
    }

    fn serialize_struct(self, _name: &'static str, length: usize) -> Result<Items<'a>, CborError> {
        Ok(self.begin(Major::Map, Some(length)))
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Items<'a>, CborError> {
        self.variant(variant);
        self.serialize_struct(name, length)
    }
}

#[cold]
fn too_large() -> CborError {
    CborError::unfit("the number has more than 64 bits")
}

/// Writes what an array or map holds.
pub(super) struct Items<'a> {
    writer: &'a mut Writer,
    ends_with_break: bool,
}

impl Items<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CborError> {
        value.serialize(&mut *self.writer)
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), CborError> {
        self.writer.text(name);
        self.item(value)
    }

    fn finish(self) {
        if self.ends_with_break {
            self.writer.bytes.push(BREAK);
        }
    }
}

/// The traits of things that hold items one behind the other.
macro_rules! of_items {
    ($($trait:ident $method:ident;)*) => {$(
        impl $trait for Items<'_> {
            type Ok = ();
            type Error = CborError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CborError> {
                self.item(value)
            }

            fn end(self) -> Result<(), CborError> {
                self.finish();
                Ok(())
            }
        }
    )*};
}

of_items! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

/// The traits of things that hold fields with names.
macro_rules! of_fields {
    ($($trait:ident)*) => {$(
        impl $trait for Items<'_> {
            type Ok = ();
            type Error = CborError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), CborError> {
                self.field(name, value)
            }

            fn end(self) -> Result<(), CborError> {
                self.finish();
                Ok(())
            }
        }
    )*};
}

of_fields! { SerializeStruct SerializeStructVariant }

impl SerializeMap for Items<'_> {
    type Ok = ();
    type Error = CborError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), CborError> {
        self.item(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CborError> {
        self.item(value)
    }

    fn end(self) -> Result<(), CborError> {
        self.finish();
        Ok(())
    }
}
