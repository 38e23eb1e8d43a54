//! Signals: those for evpack go on to the command, and evpack lives until the command has ended.
//!
//! With a terminal, its keys signal the command and evpack alike: then those signals are not sent a second time.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use super::terminal::Master;

/// The command is not to be signalled: it has not started, or it has ended and its id may be another's.
const NOBODY: u32 = 0;
/// How long the handlers may take to be there before the command is started without them.
const READY: Duration = Duration::from_secs(2);

/// Signals go on to the command while this is told to.
pub(super) struct Forwarding {
    command: Arc<AtomicU32>,
}

impl Forwarding {
    /// Takes over the signals of this process.
    pub(super) fn start(master: Option<Arc<Master>>, own_group: bool) -> Self {
        let command = Arc::new(AtomicU32::new(NOBODY));
        let (ready, is_ready) = mpsc::channel();
        let target = Arc::clone(&command);
        let job = move || system::listen(&target, master.as_deref(), own_group, &ready);
        if thread::Builder::new().name("evpack-signals".into()).spawn(job).is_ok() {
            let _ = is_ready.recv_timeout(READY);
        }
        Self { command }
    }

    /// Names the command.
    pub(super) fn to(&self, id: u32) {
        self.command.store(id, Ordering::SeqCst);
    }

    /// The command has ended.
    pub(super) fn stop(&self) {
        self.command.store(NOBODY, Ordering::SeqCst);
    }
}

#[cfg(unix)]
mod system {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::mpsc::Sender;

    use rustix::process::{Pid, Signal, kill_process, kill_process_group};
    use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

    use super::super::terminal::Master;

    /// Sends a signal on to the command.
    struct Target<'a> {
        command: &'a AtomicU32,
        own_group: bool,
    }

    impl Target<'_> {
        fn send(&self, signal: Signal) {
            let id = i32::try_from(self.command.load(Ordering::SeqCst)).ok().and_then(Pid::from_raw);
            if let Some(id) = id {
                let _ = if self.own_group { kill_process_group(id, signal) } else { kill_process(id, signal) };
            }
        }
    }

    pub(super) fn listen(command: &AtomicU32, master: Option<&Master>, own_group: bool, ready: &Sender<()>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
        if let Ok(runtime) = runtime {
            let _ = runtime.block_on(forward(&Target { command, own_group }, master, ready));
        }
    }

    async fn forward(target: &Target<'_>, master: Option<&Master>, ready: &Sender<()>) -> std::io::Result<()> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut quit = signal(SignalKind::quit())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hangup = signal(SignalKind::hangup())?;
        let mut user1 = signal(SignalKind::user_defined1())?;
        let mut user2 = signal(SignalKind::user_defined2())?;
        let mut size = signal(SignalKind::window_change())?;
        let _ = ready.send(());
        let keys = target.own_group;
        loop {
            tokio::select! {
                () = came(&mut interrupt) => if keys { target.send(Signal::INT) },
                () = came(&mut quit) => if keys { target.send(Signal::QUIT) },
                () = came(&mut terminate) => target.send(Signal::TERM),
                () = came(&mut hangup) => target.send(Signal::HUP),
                () = came(&mut user1) => target.send(Signal::USR1),
                () = came(&mut user2) => target.send(Signal::USR2),
                () = came(&mut size) => {
                    // The command may have been told of the change before its terminal had the new size.
                    if let Some(master) = master {
                        master.follow_size();
                    }
                    target.send(Signal::WINCH);
                }
            }
        }
    }

    async fn came(stream: &mut Stream) {
        if stream.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(not(unix))]
mod system {
    use std::sync::atomic::AtomicU32;
    use std::sync::mpsc::Sender;

    use super::super::terminal::Master;

    /// The console sends Ctrl-C to the command itself; evpack only has to live on.
    pub(super) fn listen(_: &AtomicU32, _: Option<&Master>, _: bool, ready: &Sender<()>) {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        let _ = ready.send(());
        runtime.block_on(async { while tokio::signal::ctrl_c().await.is_ok() {} });
    }
}
