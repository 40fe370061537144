//! A session with the page: mistakes, changes of mind, and the strict policy.

use unjank_e2e::{browser::Browser, page::Watch, site::Site};

use crate::{BLUR, FIRST_TILE, LARGE, MEDIUM, SLOW, load, open, run};

#[test]
fn a_run_can_be_cancelled_and_a_mistake_is_shown() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site, Watch::Page);
    load(&page, LARGE);
    let code = |body: &str| -> String {
        page.run_within(SLOW, &format!("{body} return end.catch((error) => error.code);"))
    };
    let cancelled = code(&format!(
        "{FIRST_TILE}
        const end = unjankDemo.run({BLUR});
        end.catch(() => undefined);
        await firstTile;
        unjankDemo.cancel();"
    ));
    assert_eq!(cancelled, "cancelled");
    assert_eq!(
        page.run::<String>("return document.getElementById('status').textContent;"),
        "Cancelled."
    );
    let (done, tiles, generations): (u32, u32, Vec<u32>) = page.run(
        "while (unjankDemo.stats().inFlight > 0) await new Promise(requestAnimationFrame);
        const { value, max } = document.getElementById('progress');
        return [value, max, unjankDemo.stats().workers.map(({ generation }) => generation)];",
    );
    println!("cancelled after {done} of {tiles} tiles");
    assert!(done < tiles, "it was cancelled on its way");
    assert_eq!(generations, [0, 0], "no worker was ended for it");

    let fault = || -> String {
        page.run(
            "const { hidden, textContent } = document.getElementById('fault');
            return hidden ? '' : textContent;",
        )
    };
    assert_eq!(fault(), "");
    for (request, expected) in [
        ("{ filter: 'no_such_filter' }", "unknown_kernel"),
        ("{ filter: 'gaussian_blur', params: { sigma: -1 } }", "bad_params"),
        ("{ filter: 'gaussian_blur', params: { sigma: 40 }, deadlineMs: 1 }", "deadline_exceeded"),
    ] {
        assert_eq!(code(&format!("const end = unjankDemo.run({request});")), expected);
        println!("shown: {}", fault());
        assert!(fault().contains(expected), "{:?} names {expected}", fault());
    }

    let result = run(&page, "{ filter: 'grayscale', workers: 2, digest: true }");
    assert!(result.digest.is_some());
    assert_eq!(fault(), "", "a run that works clears what was wrong");
}

#[test]
fn a_whole_session_keeps_the_strict_policy_and_a_clean_console() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site, Watch::Workers);
    let isolated: bool = page.run("return crossOriginIsolated;");
    assert!(!isolated, "nothing here may depend on cross-origin isolation");
    load(&page, MEDIUM);
    for request in [
        "{ filter: 'median', workers: 2 }",
        "{ filter: 'gaussian_blur', params: { sigma: 5 }, workers: 1, digest: true }",
        "{ filter: 'sobel', mode: 'page' }",
    ] {
        run(&page, request);
    }
    assert_eq!(page.complaints(), [], "of a session that keeps the policy");
    // The policy is in force: what it forbids is refused, and is seen here.
    page.run::<()>(
        "const script = document.createElement('script');
        script.textContent = 'globalThis.inlined = true';
        document.head.append(script);
        if (globalThis.inlined) throw new Error('an inline script ran');",
    );
    assert!(
        page.complaints().iter().any(|line| line.text.contains("Content Security Policy")),
        "a violation is seen: {:?}",
        page.complaints(),
    );
}
