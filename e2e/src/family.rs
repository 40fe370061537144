//! A program with all the processes that it starts.

use std::{
    io,
    process::{Child, ChildStderr, ChildStdout, Command},
};

/// A running program in a process group of its own. Dropped, the whole group ends.
#[derive(Debug)]
pub struct Family(Child);

impl Family {
    /// Starts a program.
    ///
    /// # Errors
    /// The system's, when it does not start.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        command.spawn().map(Self)
    }

    /// What it prints, if that was piped and is not taken yet.
    pub fn stdout(&mut self) -> Option<ChildStdout> {
        self.0.stdout.take()
    }

    /// What it complains of, if that was piped and is not taken yet.
    pub fn stderr(&mut self) -> Option<ChildStderr> {
        self.0.stderr.take()
    }

    /// Whether the program itself has ended.
    pub fn has_ended(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(Some(_)))
    }
}

impl Drop for Family {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Ok(id) = i32::try_from(self.0.id())
            && let Some(group) = rustix::process::Pid::from_raw(id)
        {
            // Fails when the group has ended already.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
