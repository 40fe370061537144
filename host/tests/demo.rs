//! The demo's module gives the bytes that its kernels give natively, on both photos, whole and in
//! chunks with the module's own halo.
//!
//! The test builds the module itself, as the page has it: with plain cargo, and nothing after.

use std::{fs, io::Cursor, path::Path};

use serde::Serialize;
use unjank_demo::kernels::{
    Blur, Columns, Crop, GaussianBlur, Grayscale, Median, NoParams, Scale, Shrink, Sobel, Tone,
    ToneCurve,
};
use unjank_host::{Input, Module};
use unjank_protocol::{Chunk, Kernel, Plan, Window, cbor, run_alone};
use zune_jpeg::{
    JpegDecoder,
    zune_core::{colorspace::ColorSpace, options::DecoderOptions},
};

mod built;

struct Photo {
    name: &'static str,
    pixels: Vec<u8>,
    width: u32,
}

fn photos() -> [Photo; 2] {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/photos");
    let read = |name| fs::read(folder.join(name)).expect("a photo");
    [png(read("astronaut.png")), jpeg(read("hubble_deep_field.jpg"))]
}

fn png(bytes: Vec<u8>) -> Photo {
    let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().expect("a PNG");
    let mut colours = vec![0; reader.output_buffer_size().expect("a small picture")];
    let info = reader.next_frame(&mut colours).expect("pixels");
    assert_eq!(info.color_type, png::ColorType::Rgb);
    let opaque = |[red, green, blue]: &[u8; 3]| [*red, *green, *blue, 255];
    let pixels = colours.as_chunks().0.iter().flat_map(opaque).collect();
    Photo { name: "astronaut", pixels, width: info.width }
}

fn jpeg(bytes: Vec<u8>) -> Photo {
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGBA);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(bytes), options);
    let pixels = decoder.decode().expect("a JPEG");
    let (width, _) = decoder.dimensions().expect("its size");
    Photo { name: "hubble", pixels, width: width as u32 }
}

/// Runs a kernel of the module on a photo, cut into chunks of so many rows: the result of each.
fn in_chunks(module: &Module, name: &str, params: &[u8], photo: &Photo, rows: u32) -> Vec<Vec<u8>> {
    let kernel = module.description().find(name).expect("a kernel of the demo");
    let mut instance = module.instantiate().expect("an instance");
    let [before, after] = instance.halo(kernel, params).expect("a halo");
    assert_eq!(before, after, "{name} looks as far up as down");
    let stride = photo.width * 4;
    let plan = Plan::new(photo.pixels.len(), stride, Some(rows), before).expect("a plan");
    let run = |Chunk { input, window }| {
        let input = Input::bytes(&photo.pixels[input]);
        let outputs = instance.run(kernel, params, &[input], window).expect("it computes");
        let [output] = <[Vec<u8>; 1]>::try_from(outputs).expect("one output");
        output
    };
    plan.chunks().map(run).collect()
}

fn gives_the_native_bytes<K: Kernel>(module: &Module, params: &K::Params)
where
    K::Params: Serialize,
{
    let encoded = cbor::to_vec(params).expect("params have a form");
    for photo in &photos() {
        let Window { stride, total, .. } =
            Window::whole(photo.width * 4, photo.pixels.len() as u32 / photo.width / 4);
        let native = run_alone::<K>(params, &photo.pixels, stride).expect("it computes natively");
        assert_ne!(native, photo.pixels, "{} does something", K::NAME);
        for rows in [total, 64, 37] {
            let found = in_chunks(module, K::NAME, &encoded, photo, rows);
            if native.len() == photo.pixels.len() {
                let (_, others) = found.split_last().expect("there are chunks");
                let bytes = (rows * stride) as usize;
                let answer = others.iter().all(|output| output.len() == bytes);
                assert!(answer, "each chunk of {} answers for its core", K::NAME);
            }
            assert!(
                found.concat() == native,
                "{} of {} in chunks of {rows} rows",
                K::NAME,
                photo.name
            );
        }
    }
}

#[test]
fn every_filter_gives_the_native_bytes() {
    let path = built::module("unjank-demo", built::BARE);
    let module = Module::from_file(path).expect("the demo's module is a kernel module");
    for sigma in [0.8, 5.0, 30.0] {
        gives_the_native_bytes::<GaussianBlur>(&module, &Blur { sigma });
    }
    let tone = Tone { exposure: 0.7, contrast: 1.3, gamma: 2.2 };
    gives_the_native_bytes::<ToneCurve>(&module, &tone);
    gives_the_native_bytes::<Sobel>(&module, &NoParams {});
    gives_the_native_bytes::<Grayscale>(&module, &NoParams {});
    gives_the_native_bytes::<Median>(&module, &NoParams {});
    for factor in [2, 7] {
        gives_the_native_bytes::<Shrink>(&module, &Scale { factor });
    }
    gives_the_native_bytes::<Crop>(&module, &Columns { left: 101, width: 300 });
    assert_eq!(module.description().kernels.len(), 7, "every kernel of the demo is compared");
    assert_eq!(module.interface().imports, [""; 0], "a plain kernel asks its host for nothing");
}
