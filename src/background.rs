//! One thread for work that nobody waits for. Its priority is the lowest there is, so that on a busy machine those who
//! wait are answered first, and on an idle one it uses a whole processor. It must not do what a reader waits for.

use std::{
    sync::{LazyLock, mpsc},
    thread,
};

use tokio::sync::oneshot;

use crate::failure::Failure;

type Work = Box<dyn FnOnce() + Send>;

/// Niceness of the thread (`nice(2)`): 0 is that of everything else, 19 is the lowest priority.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 19;

static THREAD: LazyLock<mpsc::Sender<Work>> = LazyLock::new(|| {
    let (sender, receiver) = mpsc::channel::<Work>();
    let run = move || {
        // on Linux it is the thread that becomes nicer, elsewhere it would be the process
        #[cfg(target_os = "linux")]
        if let Err(fault) = rustix::process::nice(NICENESS) {
            tracing::warn!(%fault, "work in the background is done at the usual priority");
        }
        for work in receiver {
            work();
        }
    };
    if let Err(fault) = thread::Builder::new().name("anrop-quiet".to_owned()).spawn(run) {
        tracing::error!(%fault, "work in the background cannot be done");
    }
    sender
});

/// Does work on the quiet thread, after what was given to it before.
///
/// # Errors
/// When the work panics: those after it are done all the same.
pub async fn run<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let (done, outcome) = oneshot::channel();
    let work: Work = Box::new(move || {
        let work = std::panic::AssertUnwindSafe(work);
        if let Ok(value) = std::panic::catch_unwind(work) {
            let _ = done.send(value);
        }
    });
    // without the thread the work is dropped, and its outcome is that
    let _ = THREAD.send(work);
    outcome.await.map_err(Failure::internal)
}

#[cfg(test)]
mod tests {
    use super::run;

    #[tokio::test]
    async fn work_is_done_apart_and_after_a_panic() {
        let name = || std::thread::current().name().map(str::to_owned);
        assert_eq!(run(name).await.unwrap().as_deref(), Some("anrop-quiet"));
        run(|| panic!("made by the test")).await.unwrap_err();
        assert_eq!(run(|| 1 + 1).await.unwrap(), 2);
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn only_its_own_priority_is_lowered() {
        let niceness = || {
            // field 19 of the thread's stat (proc_pid_stat(5)); the name before them may have spaces
            let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
            let fields = stat.rsplit_once(')').unwrap().1;
            fields.split_whitespace().nth(16).unwrap().parse::<i32>().unwrap()
        };
        let ours = niceness();
        assert_eq!(run(niceness).await.unwrap(), super::NICENESS);
        assert_eq!(niceness(), ours);
    }
}
