//! Stories told in JavaScript: each exported function of a module is one.

use crate::{
    browser::Browser,
    deadline::{PATIENCE, Stopwatch},
    page::{Page, Watch},
    site::Site,
};

/// Runs every story of a module such as `/stories/kernels.js`, each in a fresh page, and prints
/// how long it took. A story fails when it throws, hangs, or leaves an error uncaught in its page.
/// Of a module that exports other things too, stories are those whose names begin with `prefix`.
///
/// # Panics
/// When any fails, with what each said; when there are none.
#[track_caller]
pub fn tell_all(browser: &Browser, site: &Site, module: &str, prefix: &str) {
    let names: Vec<String> = {
        let page = browser.open(&site.url("/index.html"), Watch::Page);
        page.run(&format!(
            "const names = Object.keys(await import('{module}'));
            return names.filter((name) => name.startsWith('{prefix}'));"
        ))
    };
    assert!(!names.is_empty(), "{module} tells no stories");
    let failures: Vec<String> =
        names.iter().filter_map(|name| tell(browser, site, module, name).err()).collect();
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), names.len(), failures.join("\n"));
}

fn tell(browser: &Browser, site: &Site, module: &str, name: &str) -> Result<(), String> {
    let page = browser.open(&site.url("/index.html"), Watch::Page);
    let stopwatch = Stopwatch::start();
    let body = format!(
        "await loaded; const stories = await import('{module}'); return await stories['{name}'](unjank);"
    );
    let told = page.try_run(PATIENCE, &body).and_then(|figures| quiet(&page).map(|()| figures));
    match told {
        Ok(figures) => {
            let figures = figures.as_str().map(|text| format!(": {text}")).unwrap_or_default();
            println!("{name} ({} ms){figures}", stopwatch.milliseconds());
            Ok(())
        }
        Err(why) => {
            println!("{name} FAILED");
            let lines = page.lines();
            let said = lines.iter().fold(String::new(), |said, line| format!("{said}\n    {line}"));
            Err(format!("  {name}: {why}{said}"))
        }
    }
}

/// Whether nothing was left uncaught.
fn quiet(page: &Page<'_>) -> Result<(), String> {
    let uncaught = |line: &&crate::journal::Line| line.kind == crate::journal::Kind::Exception;
    match page.lines().iter().find(uncaught) {
        Some(line) => Err(line.to_string()),
        None => Ok(()),
    }
}
