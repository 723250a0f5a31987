//! The `anrop` program: reads the command line and carries out one command.

use clap::Parser as _;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    anrop::commands::main(anrop::commands::Arguments::parse()).await
}
