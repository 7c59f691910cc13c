//! The functions that C calls, as `include/hookwright.h` declares them.
//!
//! Decides what a pointer may be; nothing else happens here. Every function catches what panics below it, and a null
//! pointer is an empty text or an error, never a crash.
#![expect(unsafe_code, reason = "C passes pointers; each use says what the header promises of them")]

use std::ffi::{c_char, c_void};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::slice;

use hookwright_runtime::dynamic::DynamicComponent;

use crate::handle::{Callback, Handle};
use crate::loaded;
use crate::options::Options;
use crate::refusal::Refusal;
use crate::thread_state;

/// `hookwright` of the header.
pub(crate) struct Hookwright(Handle<ImportCallback>);

/// `hookwright_reply` of the header.
pub(crate) struct Reply(Vec<u8>);

/// `hookwright_text` of the header.
#[repr(C)]
pub(crate) struct Text {
    data: *mut c_char,
    len: usize,
}

/// `hookwright_import` of the header.
type Import = unsafe extern "C" fn(*mut c_void, *const u8, usize, *const u8, usize, *mut Reply) -> i32;

/// The caller's function and what it wants to be called with.
#[derive(Clone, Copy)]
struct ImportCallback {
    import: Import,
    context: *mut c_void,
}

impl Callback for ImportCallback {
    fn call(self, name: &str, arguments: &str) -> Result<String, String> {
        let mut reply = Reply(Vec::new());
        // SAFETY: the header wants a function of this signature that returns normally and keeps no pointer; all of
        // them are valid until it returns. It is called on the thread that called us.
        let code = unsafe {
            (self.import)(self.context, name.as_ptr(), name.len(), arguments.as_ptr(), arguments.len(), &raw mut reply)
        };
        match (code, String::from_utf8(reply.0)) {
            (0, Ok(answer)) => Ok(answer),
            (0, Err(_)) => Err("its answer is not UTF-8".to_owned()),
            (_, Ok(reason)) if !reason.is_empty() => Err(reason),
            (code, _) => Err(format!("it returned {code}")),
        }
    }
}

/// See the header.
// SAFETY: no other symbol of a program that loads this library begins with `hookwright_`; so for all below.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn hookwright_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// See the header.
///
/// # Safety
///
/// The pointers are as the header says.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn hookwright_open(
    options: *const c_char,
    options_len: usize,
    imports: Option<Import>,
    context: *mut c_void,
    error: *mut Text,
) -> *mut Hookwright {
    // SAFETY: the caller's promise, for this function as for the others.
    let options = unsafe { bytes(options.cast(), options_len) };
    let opened = caught(|| open(options, imports, context, loaded::of_options));
    // SAFETY: as above.
    unsafe { given(opened, error) }
}

/// See the header.
///
/// # Safety
///
/// The pointers are as the header says.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn hookwright_open_bytes(
    component: *const u8,
    component_len: usize,
    options: *const c_char,
    options_len: usize,
    imports: Option<Import>,
    context: *mut c_void,
    error: *mut Text,
) -> *mut Hookwright {
    // SAFETY: the caller's promise.
    let (component, options) = unsafe { (bytes(component, component_len), bytes(options.cast(), options_len)) };
    let opened = caught(|| open(options, imports, context, |options| loaded::of_bytes(component, options)));
    // SAFETY: as above.
    unsafe { given(opened, error) }
}

/// See the header.
///
/// # Safety
///
/// The pointers are as the header says.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn hookwright_call(
    handle: *mut Hookwright,
    name: *const c_char,
    name_len: usize,
    arguments: *const c_char,
    arguments_len: usize,
    answer: *mut Text,
) -> i32 {
    // SAFETY: the caller's promise: an open handle of ours or null, and texts that live until this returns.
    let (handle, name, arguments) =
        unsafe { (handle.as_ref(), bytes(name.cast(), name_len), bytes(arguments.cast(), arguments_len)) };
    let outcome = caught(|| match handle {
        Some(handle) => handle.0.call(name, arguments),
        None => Err(Refusal::new("closed", "there is no handle: it was never opened, or is closed")),
    });
    let (code, text) = match outcome {
        Ok(text) => (0, text),
        Err(refusal) => (1, refusal.to_json()),
    };
    // SAFETY: as above.
    unsafe { fill(answer, text) };
    code
}

/// See the header.
///
/// # Safety
///
/// The pointers are as the header says.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn hookwright_answer(reply: *mut Reply, text: *const c_char, len: usize) {
    // SAFETY: the caller's promise: the reply of the callback that is running, or null, and a text that lives until
    // this returns. Nobody else has the reply meanwhile.
    if let Some(reply) = unsafe { reply.as_mut() } {
        // SAFETY: as above.
        reply.0 = unsafe { bytes(text.cast(), len) }.to_vec();
    }
}

/// See the header.
///
/// # Safety
///
/// The pointers are as the header says.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn hookwright_free(text: *mut Text) {
    // SAFETY: the caller's promise: a text that we filled, one that is empty, or null.
    let Some(text) = (unsafe { text.as_mut() }) else { return };
    let data = mem::replace(&mut text.data, ptr::null_mut());
    let len = mem::take(&mut text.len);
    if !data.is_null() {
        // SAFETY: `fill` made it from a boxed slice of this length, and it was not given back before: it is null then.
        drop(unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(data.cast::<u8>(), len)) });
    }
}

/// See the header.
///
/// # Safety
///
/// The pointers are as the header says.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn hookwright_close(handle: *mut Hookwright) {
    // SAFETY: the caller's promise: an open handle of ours, not to be used again, or null.
    let Some(open) = (unsafe { handle.as_ref() }) else { return };
    if open.0.is_busy() || open.0.is_inherited() {
        // Its parts are on some stack still, or wait for threads that only the parent has: it is left as it is.
        return;
    }
    // SAFETY: `given` made it from a box, and nothing else refers to it now.
    let handle = unsafe { Box::from_raw(handle) };
    // A panic here leaves nothing to repair.
    let _ = catch_unwind(AssertUnwindSafe(|| drop(handle)));
}

/// See the header.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn hookwright_unwound() {
    thread_state::unwound();
}

fn open(
    options: &[u8],
    imports: Option<Import>,
    context: *mut c_void,
    load: impl FnOnce(&Options) -> Result<DynamicComponent, Refusal>,
) -> Result<Hookwright, Refusal> {
    let options = Options::parse(options)?;
    let import = imports.ok_or_else(|| Refusal::new("options", "there is no callback that answers the imports"))?;
    Ok(Hookwright(Handle::new(load(&options)?, ImportCallback { import, context })))
}

fn caught<T>(work: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(Refusal::new("panic", "the library itself failed; what it was doing has ended, please report this"))
    })
}

/// # Safety
///
/// `error` is null, or a place for a text.
unsafe fn given(opened: Result<Hookwright, Refusal>, error: *mut Text) -> *mut Hookwright {
    let (handle, text) = match opened {
        Ok(handle) => (Box::into_raw(Box::new(handle)), String::new()),
        Err(refusal) => (ptr::null_mut(), refusal.to_json()),
    };
    // SAFETY: the caller's promise.
    unsafe { fill(error, text) };
    handle
}

/// # Safety
///
/// `place` is null, or a place for a text.
unsafe fn fill(place: *mut Text, text: String) {
    if place.is_null() {
        return;
    }
    let data = match text.is_empty() {
        true => Text { data: ptr::null_mut(), len: 0 },
        false => {
            let len = text.len();
            Text { data: Box::into_raw(text.into_bytes().into_boxed_slice()).cast(), len }
        }
    };
    // SAFETY: the caller's promise; what stood there is not read, because it may never have been written.
    unsafe { place.write(data) };
}

/// # Safety
///
/// `data` is null, or points to `len` bytes that live and stay as they are for as long as the slice is used.
unsafe fn bytes<'a>(data: *const u8, len: usize) -> &'a [u8] {
    match data.is_null() || len == 0 {
        true => &[],
        // SAFETY: the caller's promise.
        false => unsafe { slice::from_raw_parts(data, len) },
    }
}
