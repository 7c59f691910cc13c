//! What the functions of the header do, in safe Rust: one instance behind a busy flag.
//!
//! Decides on which thread a call runs; refuses to know pointers and what is called.

use std::process;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::sync::{Mutex, PoisonError};
use std::thread;

use hookwright_runtime::dynamic::{DynamicComponent, DynamicError, DynamicImports, DynamicInstance};

use crate::refusal::Refusal;
use crate::thread_state::{Entered, is_cut};

/// Wasm takes half a megabyte of it at most; the rest is for the compiled code's callers.
const HELPER_STACK_BYTES: usize = 4 << 20;

/// The caller's side of the imports.
pub(crate) trait Callback: Copy + 'static {
    /// As [`DynamicImports::call`].
    fn call(self, name: &str, arguments: &str) -> Result<String, String>;
}

/// An open component.
pub(crate) struct Handle<C> {
    component: DynamicComponent,
    callback: C,
    instance: Mutex<DynamicInstance>,
    busy: AtomicBool,
    /// The process that opened it.
    process: u32,
}

/// Answers on the thread that called.
struct Here<C>(C);

impl<C: Callback> DynamicImports for Here<C> {
    fn call(&self, name: &str, arguments: &str) -> Result<String, String> {
        self.0.call(name, arguments)
    }
}

impl<C: Callback> Handle<C> {
    pub(crate) fn new(component: DynamicComponent, callback: C) -> Self {
        let instance = Mutex::new(DynamicInstance::new(component.clone(), Rc::new(Here(callback))));
        Self { component, callback, instance, busy: AtomicBool::new(false), process: process::id() }
    }

    /// Whether a child of fork has inherited it; its threads are the parent's.
    pub(crate) fn is_inherited(&self) -> bool {
        self.process != process::id()
    }

    pub(crate) fn is_busy(&self) -> bool {
        self.busy.load(Ordering::Acquire)
    }

    /// # Errors
    ///
    /// What the header lists.
    pub(crate) fn call(&self, name: &[u8], arguments: &[u8]) -> Result<String, Refusal> {
        if self.is_inherited() {
            let why = "this handle was opened before fork(); open another in this process";
            return Err(Refusal::new("forked", why));
        }
        let name = std::str::from_utf8(name)
            .map_err(|_| Refusal::new("invalid-utf8", "the name of the function is not UTF-8"))?;
        let _held = Held::take(&self.busy)?;
        let _entered = Entered::enter()?;
        if is_cut() {
            return Ok(self.call_elsewhere(name, arguments)?);
        }
        Ok(self.instance.lock().unwrap_or_else(PoisonError::into_inner).call(name, arguments)?)
    }

    /// On a helper thread with an instance of its own; the imports are answered here, on the caller's thread.
    fn call_elsewhere(&self, name: &str, arguments: &[u8]) -> Result<String, DynamicError> {
        let (sender, errands) = mpsc::channel();
        let component = self.component.clone();
        thread::scope(|scope| {
            let work = move || DynamicInstance::new(component, Rc::new(There(sender))).call(name, arguments);
            let builder = thread::Builder::new().name("hookwright-call".to_owned()).stack_size(HELPER_STACK_BYTES);
            let broken = |message: String| DynamicError::Trap { name: name.to_owned(), message };
            let helper = builder.spawn_scoped(scope, work).map_err(|error| broken(error.to_string()))?;
            for Errand { name, arguments, reply } in errands {
                // A helper that does not wait any more has ended.
                let _ = reply.send(self.callback.call(&name, &arguments));
            }
            helper.join().unwrap_or_else(|_| Err(broken("it panicked".to_owned())))
        })
    }
}

/// An import that waits for the caller's thread.
struct Errand {
    name: String,
    arguments: String,
    reply: mpsc::SyncSender<Result<String, String>>,
}

/// Answers on the thread that called, from a helper.
struct There(mpsc::Sender<Errand>);

impl DynamicImports for There {
    fn call(&self, name: &str, arguments: &str) -> Result<String, String> {
        let (reply, answer) = mpsc::sync_channel(1);
        let errand = Errand { name: name.to_owned(), arguments: arguments.to_owned(), reply };
        let gone = "the thread that called has gone";
        self.0.send(errand).map_err(|_| gone)?;
        answer.recv().map_err(|_| gone)?
    }
}

/// The busy flag, raised.
struct Held<'a>(&'a AtomicBool);

impl<'a> Held<'a> {
    fn take(busy: &'a AtomicBool) -> Result<Self, Refusal> {
        match busy.swap(true, Ordering::AcqRel) {
            false => Ok(Self(busy)),
            true => {
                Err(Refusal::new("busy", "a call of this handle is under way; inside a callback, open another handle"))
            }
        }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}
