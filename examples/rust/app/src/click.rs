//! Waiting for a click.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use futures::channel::oneshot;
use wasm_bindgen::{JsCast, prelude::*};
use web_sys::HtmlButtonElement;

/// The next click on a button. It listens from when it is made until it is dropped.
#[derive(Debug)]
#[must_use = "dropped, it does not listen: await it"]
pub(crate) struct Click {
    button: HtmlButtonElement,
    /// The button may call it as long as this lives.
    _listener: Closure<dyn FnMut()>,
    clicked: oneshot::Receiver<()>,
}

impl Click {
    pub(crate) fn on(button: &HtmlButtonElement) -> Self {
        let (click, clicked) = oneshot::channel();
        let listener = Closure::once(move || {
            // Nobody waits any more.
            let _ = click.send(());
        });
        button.set_onclick(Some(listener.as_ref().unchecked_ref()));
        Self { button: button.clone(), _listener: listener, clicked }
    }
}

impl Future for Click {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.clicked).poll(cx).map(drop)
    }
}

impl Drop for Click {
    fn drop(&mut self) {
        self.button.set_onclick(None);
    }
}
