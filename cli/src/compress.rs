//! Files beside the files: `.br` and `.gz`, made once so that no server compresses while serving.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    thread,
};

use flate2::{Compression, write::GzEncoder};

use crate::{profile::Profile, sizes::FileSizes};

/// What gains by it. Pictures, fonts and films are compressed as they are.
const COMPRESSIBLE: [&str; 11] =
    ["css", "html", "js", "json", "md", "mjs", "svg", "ts", "txt", "wasm", "webmanifest"];

/// Brotli's level. The best takes most of a minute for a module with all its names, which is served on
/// this machine only.
fn brotli_quality(profile: Profile) -> u32 {
    match profile {
        Profile::Release | Profile::Small => 11,
        Profile::Profiling => 5,
    }
}

/// Base-2 logarithm of Brotli's window in bytes; 22 is the most that every browser accepts from a
/// server without large-window mode and the default of Brotli's own tools.
const BROTLI_WINDOW: u32 = 22;
/// The unit, in bytes, in which the Brotli encoder takes its input.
const BROTLI_BUFFER: usize = 64 * 1024;

/// Writes `x.br` and `x.gz` beside every file `x` of `folder` that gets smaller by them, and returns
/// the sizes of all files, in the order of their paths.
///
/// # Errors
/// A file can't be read or written.
pub fn precompress(folder: &Path, profile: Profile) -> io::Result<Vec<FileSizes>> {
    files_under(folder)?.iter().map(|path| precompress_file(folder, path, profile)).collect()
}

/// The sizes of a file as it would be sent in release, and nothing written.
///
/// # Errors
/// The file can't be read.
pub fn measure(path: &Path) -> io::Result<FileSizes> {
    let raw = fs::read(path)?;
    let Forms { brotli, gzip } = Forms::smaller_than(&raw, Profile::Release)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (gzip, brotli) = (gzip.map(|bytes| bytes.len()), brotli.map(|bytes| bytes.len()));
    Ok(FileSizes { name, raw: raw.len(), gzip, brotli })
}

fn precompress_file(folder: &Path, path: &Path, profile: Profile) -> io::Result<FileSizes> {
    let raw = fs::read(path)?;
    let Forms { brotli, gzip } =
        if is_compressible(path) { Forms::smaller_than(&raw, profile)? } else { Forms::default() };
    for (bytes, ending) in [(&brotli, "br"), (&gzip, "gz")] {
        if let Some(bytes) = bytes {
            fs::write(with_ending(path, ending), bytes)?;
        }
    }
    Ok(FileSizes {
        name: path.strip_prefix(folder).unwrap_or(path).display().to_string(),
        raw: raw.len(),
        gzip: gzip.map(|bytes| bytes.len()),
        brotli: brotli.map(|bytes| bytes.len()),
    })
}

/// A file's compressed forms, each where it gains.
#[derive(Debug, Default, PartialEq, Eq)]
struct Forms {
    brotli: Option<Vec<u8>>,
    gzip: Option<Vec<u8>>,
}

impl Forms {
    /// Makes both at the same time.
    fn smaller_than(raw: &[u8], profile: Profile) -> io::Result<Self> {
        let gains = |bytes: &Vec<u8>| bytes.len() < raw.len();
        thread::scope(|scope| {
            let gzipping = scope.spawn(|| gzip(raw));
            let brotli = Some(brotli(raw, profile)?).filter(gains);
            let gzipped =
                gzipping.join().map_err(|_| io::Error::other("the gzip encoder panicked"))?;
            Ok(Self { brotli, gzip: Some(gzipped?).filter(gains) })
        })
    }
}

fn brotli(raw: &[u8], profile: Profile) -> io::Result<Vec<u8>> {
    let mut encoder = brotli::CompressorWriter::new(
        Vec::new(),
        BROTLI_BUFFER,
        brotli_quality(profile),
        BROTLI_WINDOW,
    );
    encoder.write_all(raw)?;
    encoder.flush()?;
    Ok(encoder.into_inner())
}

fn gzip(raw: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(raw)?;
    encoder.finish()
}

fn is_compressible(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| COMPRESSIBLE.contains(&extension))
}

/// `a/b.js` with ending `br` is `a/b.js.br`.
pub fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// Every file below `folder`, sorted.
fn files_under(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let list = if entry.file_type()?.is_dir() { &mut folders } else { &mut files };
            list.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn repeated(length: usize) -> Vec<u8> {
        b"the same words again and again, ".iter().copied().cycle().take(length).collect()
    }

    #[test]
    fn what_is_compressed_comes_back_the_same() {
        for length in [0, 1, 31, 1000, 200_000] {
            let raw = repeated(length);
            for profile in [Profile::Release, Profile::Profiling] {
                let mut unbrotlied = Vec::new();
                let mut brotlied = io::Cursor::new(brotli(&raw, profile).unwrap());
                brotli::BrotliDecompress(&mut brotlied, &mut unbrotlied).unwrap();
                assert_eq!(unbrotlied, raw, "brotli, {length} bytes, {profile:?}");
            }

            let mut ungzipped = Vec::new();
            let gzipped = gzip(&raw).unwrap();
            flate2::read::GzDecoder::new(&*gzipped).read_to_end(&mut ungzipped).unwrap();
            assert_eq!(ungzipped, raw, "gzip, {length} bytes");
        }
    }

    #[test]
    fn what_gains_nothing_is_left_out() {
        assert_eq!(Forms::smaller_than(b"x", Profile::Release).unwrap(), Forms::default());
        let Forms { brotli, gzip } =
            Forms::smaller_than(&repeated(1000), Profile::Release).unwrap();
        assert!(brotli.unwrap().len() < 100 && gzip.unwrap().len() < 100);
    }

    #[test]
    fn only_some_kinds_of_file_are_tried() {
        assert!(is_compressible(Path::new("pkg/a_bg.wasm")));
        assert!(is_compressible(Path::new("a.d.ts")));
        assert!(!is_compressible(Path::new("a.jpg")));
        assert!(!is_compressible(Path::new("LICENSE")));
    }

    #[test]
    fn the_ending_is_added_not_replaced() {
        assert_eq!(with_ending(Path::new("pkg/a.js"), "br"), Path::new("pkg/a.js.br"));
    }
}
