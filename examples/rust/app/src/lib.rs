//! Paints a picture in oil, on a pool of workers: shows it as it comes, and how far it is, and stops when that
//! is wanted.
#![cfg(target_arch = "wasm32")]
#![forbid(unsafe_code)]

mod click;
mod page;
mod picture;

use std::pin::pin;

use example_kernels::{Brush, oil};
use futures::{
    StreamExt,
    future::{Either, select},
};
use unjank_pool::{
    Chunks,
    browser::{Buffer, Pool, WebPort},
};
use wasm_bindgen::prelude::*;

use crate::{
    click::Click,
    page::{Mode, Page},
};

/// Rows of the picture that a worker paints at a time: few, so that they are soon to be seen.
const ROWS: u32 = 16;

/// Runs for as long as the page is there.
///
/// # Errors
/// When the page is not the one that belongs to this app; all others are shown.
#[wasm_bindgen(start)]
async fn start() -> Result<(), JsValue> {
    let page = Page::find()?;
    let source = Buffer::copy_of(&picture::rings(page.width(), page.height()));
    page.paint(&source, 0)?;
    match Pool::builder().kernels("./pkg/kernels.wasm").build().await {
        Ok(pool) => serve(&page, &pool, &source).await,
        Err(error) => {
            page.tell_error(&error.into());
            Ok(())
        }
    }
}

/// Paints the picture each time that this is asked for.
async fn serve(page: &Page, pool: &Pool, source: &Buffer) -> Result<(), JsValue> {
    page.tell("ready");
    loop {
        let wanted = Click::on(&page.start);
        page.enter(Mode::Idle);
        wanted.await;
        page.enter(Mode::Busy);
        page.tell("painting");
        match paint(page, pool, source).await {
            Ok(()) => page.tell("painted"),
            Err(error) => {
                page.paint(source, 0)?;
                page.tell_error(&error);
            }
        }
    }
}

/// Paints the picture once, unless it is told to stop.
async fn paint(page: &Page, pool: &Pool, source: &Buffer) -> Result<(), JsValue> {
    let brush = Brush { radius: page.radius() };
    let work = pool.map_chunks::<oil>(&brush, source.clone(), 4 * page.width());
    let pieces = work.chunk_units(ROWS).submit()?;
    let abort = pieces.aborter();
    let shown = pin!(show(page, pieces));
    match select(shown, Click::on(&page.abort)).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(((), shown)) => {
            abort();
            shown.await
        }
    }
}

/// Shows what is painted as it comes.
async fn show(page: &Page, mut pieces: Chunks<WebPort>) -> Result<(), JsValue> {
    while let Some(piece) = pieces.next().await {
        let piece = piece?;
        page.paint(&piece.bytes, piece.window.start)?;
        page.tell_progress(pieces.progress());
    }
    Ok(())
}
