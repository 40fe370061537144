//! Parameters that came as JavaScript values, as serde reads them.
//!
//! Numbers fit integers when they are whole, strings and objects with one property fit enums,
//! `undefined` and `null` fit `()` and `None`, and what can be iterated over fits sequences.

use std::fmt;

use js_sys::{Array, Number, Object, Reflect, Symbol, Uint8Array};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, Expected, Unexpected, Visitor,
    value::{MapDeserializer, SeqDeserializer},
};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

/// Reads a value.
///
/// # Errors
/// Says what does not fit.
pub(super) fn read<T: DeserializeOwned>(value: JsValue) -> Result<T, String> {
    T::deserialize(Given(value)).map_err(|Misfit(message)| message)
}

/// What does not fit. Says what serde's own errors say, but leaves it to JavaScript to write a
/// fraction down: that would be a fifth of all code that a small module has.
#[derive(Debug)]
struct Misfit(String);

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Misfit {}

impl de::Error for Misfit {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("invalid type: {}, expected {expected}", name(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("invalid value: {}, expected {expected}", name(found)))
    }
}

/// What serde calls a value.
fn name(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(value) => format!("boolean `{value}`"),
        Unexpected::Unsigned(value) => format!("integer `{value}`"),
        Unexpected::Signed(value) => format!("integer `{value}`"),
        Unexpected::Float(value) => format!("number `{}`", string(value)),
        Unexpected::Char(value) => format!("character `{value}`"),
        Unexpected::Str(value) => format!("string \"{value}\""),
        Unexpected::Other(what) => what.into(),
        Unexpected::Bytes(_) => "bytes".into(),
        Unexpected::Unit => "nothing".into(),
        Unexpected::Seq => "a sequence".into(),
        Unexpected::Map => "an object".into(),
        Unexpected::Option
        | Unexpected::NewtypeStruct
        | Unexpected::Enum
        | Unexpected::UnitVariant
        | Unexpected::NewtypeVariant
        | Unexpected::TupleVariant
        | Unexpected::StructVariant => "a value of another shape".into(),
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = String)]
    fn string(value: f64) -> String;
}

/// A value to be read.
struct Given(JsValue);

impl Given {
    fn is_nothing(&self) -> bool {
        self.0.is_undefined() || self.0.is_null()
    }

    fn is_iterable(&self) -> bool {
        self.0.is_object()
            && Reflect::get(&self.0, &Symbol::iterator()).is_ok_and(|next| next.is_function())
    }

    fn whole(&self) -> Option<i64> {
        Number::is_safe_integer(&self.0).then(|| self.0.unchecked_into_f64() as i64)
    }

    /// What was given instead of what was expected.
    #[cold]
    fn misfit(&self, expected: &dyn Expected) -> Misfit {
        let text = self.0.as_string();
        let found = match (&text, self.0.as_bool(), self.0.as_f64()) {
            (Some(text), ..) => Unexpected::Str(text),
            (_, Some(value), _) => Unexpected::Bool(value),
            (_, _, Some(value)) => Unexpected::Float(value),
            _ if self.is_nothing() => Unexpected::Unit,
            _ if self.is_iterable() => Unexpected::Seq,
            _ if self.0.is_object() => Unexpected::Map,
            _ => Unexpected::Other("a value of a type that is not understood"),
        };
        de::Error::invalid_type(found, expected)
    }

    fn give<'de, V: Visitor<'de>, T>(
        self,
        part: impl FnOnce(&JsValue) -> Option<T>,
        visit: impl FnOnce(V, T) -> Result<V::Value, Misfit>,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match part(&self.0) {
            Some(part) => visit(visitor, part),
            None => Err(self.misfit(&visitor)),
        }
    }

    fn entries(&self) -> Option<Array> {
        if self.is_iterable() {
            return Some(Array::from(&self.0));
        }
        self.0.dyn_ref::<Object>().map(Object::entries)
    }
}

impl<'de> de::IntoDeserializer<'de, Misfit> for Given {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

fn pair(entry: JsValue) -> (Given, Given) {
    let entry: Array = entry.unchecked_into();
    (Given(entry.get(0)), Given(entry.get(1)))
}

/// Methods that read a value of one kind.
macro_rules! read_as {
    ($($method:ident: $part:expr => $visit:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
            self.give($part, V::$visit, visitor)
        }
    )*};
}

/// Integers of up to 53 bits, which numbers hold; those of 64 bits may be `BigInt`s too.
macro_rules! read_integer {
    ($($method:ident: $type:ty => $visit:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
            let whole = match self.whole() {
                Some(whole) => <$type>::try_from(whole).ok(),
                None => <$type>::try_from(self.0.clone()).ok(),
            };
            match whole {
                Some(whole) => visitor.$visit(whole),
                None => Err(self.misfit(&visitor)),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Given {
    type Error = Misfit;

    read_as! {
        deserialize_bool: JsValue::as_bool => visit_bool;
        deserialize_f32: JsValue::as_f64 => visit_f64;
        deserialize_f64: JsValue::as_f64 => visit_f64;
        deserialize_str: JsValue::as_string => visit_string;
        deserialize_string: JsValue::as_string => visit_string;
        deserialize_identifier: JsValue::as_string => visit_string;
        deserialize_bytes: bytes => visit_byte_buf;
        deserialize_byte_buf: bytes => visit_byte_buf;
        deserialize_char: character => visit_char;
    }

    read_integer! {
        deserialize_i8: i64 => visit_i64;
        deserialize_i16: i64 => visit_i64;
        deserialize_i32: i64 => visit_i64;
        deserialize_i64: i64 => visit_i64;
        deserialize_u8: u64 => visit_u64;
        deserialize_u16: u64 => visit_u64;
        deserialize_u32: u64 => visit_u64;
        deserialize_u64: u64 => visit_u64;
    }

    /// For what describes itself: untagged and tagged enums.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if self.is_nothing() {
            visitor.visit_unit()
        } else if let Some(value) = self.0.as_bool() {
            visitor.visit_bool(value)
        } else if let Some(whole) = self.whole() {
            visitor.visit_i64(whole)
        } else if self.0.is_bigint() {
            self.deserialize_i64(visitor)
        } else if let Some(value) = self.0.as_f64() {
            visitor.visit_f64(value)
        } else if let Some(text) = self.0.as_string() {
            visitor.visit_string(text)
        } else if let Some(bytes) = bytes(&self.0) {
            visitor.visit_byte_buf(bytes)
        } else if Array::is_array(&self.0) {
            self.deserialize_seq(visitor)
        } else {
            self.deserialize_map(visitor)
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if self.is_nothing() { visitor.visit_unit() } else { Err(self.misfit(&visitor)) }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if self.is_nothing() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if !self.is_iterable() {
            return Err(self.misfit(&visitor));
        }
        visitor.visit_seq(SeqDeserializer::new(Array::from(&self.0).iter().map(Given)))
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.entries() {
            Some(entries) => visitor.visit_map(MapDeserializer::new(entries.iter().map(pair))),
            None => Err(self.misfit(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        if !self.0.is_object() {
            return Err(self.misfit(&visitor));
        }
        // Only what the type has: getters of classes count, and nothing else is looked at.
        let present = fields.iter().filter_map(|&field| {
            let value = Reflect::get(&self.0, &field.into()).ok()?;
            (!value.is_undefined()).then_some((field, Self(value)))
        });
        visitor.visit_map(MapDeserializer::new(present))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        let entries = if self.0.is_string() {
            Array::of1(&Array::of2(&self.0, &JsValue::UNDEFINED))
        } else {
            self.entries().unwrap_or_default()
        };
        if entries.length() != 1 {
            return Err(self.misfit(&visitor));
        }
        visitor.visit_enum(Variant(pair(entries.get(0))))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }
}

/// An enum's variant and what it holds.
struct Variant((Given, Given));

impl<'de> de::EnumAccess<'de> for Variant {
    type Error = Misfit;
    type Variant = Given;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Given), Misfit> {
        let Self((name, content)) = self;
        Ok((seed.deserialize(name)?, content))
    }
}

impl<'de> de::VariantAccess<'de> for Given {
    type Error = Misfit;

    fn unit_variant(self) -> Result<(), Misfit> {
        de::Deserialize::deserialize(self)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Misfit> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.deserialize_struct("", fields, visitor)
    }
}

fn bytes(value: &JsValue) -> Option<Vec<u8>> {
    let is_buffer = value.is_instance_of::<js_sys::ArrayBuffer>();
    if is_buffer {
        return Some(Uint8Array::new(value).to_vec());
    }
    value.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec)
}

fn character(value: &JsValue) -> Option<char> {
    let text = value.as_string()?;
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}
