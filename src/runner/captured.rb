# frozen_string_literal: true

require "socket"

module Distributest
  # What we use of the system, taken before the project loads. Tests replace
  # constants (FakeFS) and methods (Timecop, WebMock, `allow(Process)`); a
  # Method or UnboundMethod object goes on calling the original.
  module Captured
    PID = ::Process.method(:pid)
    PPID = ::Process.method(:ppid)
    CLOCK = ::Process.method(:clock_gettime)
    TITLE = ::Process.method(:setproctitle)
    FORK = ::Process.method(:fork)
    WAIT = ::Process.method(:waitpid2)
    SIGNAL = ::Process.method(:kill)
    SETSID = ::Process.method(:setsid)
    EXIT_NOW = ::Process.method(:exit!)
    TRAP = ::Signal.method(:trap)
    EXEC = ::Process.method(:exec)
    SELECT = ::IO.method(:select)
    PIPE = ::IO.method(:pipe)
    IO_FOR_FD = ::IO.method(:for_fd)
    SOCKET_FOR_FD = ::UNIXSocket.method(:for_fd)
    LIMIT_OF = ::Process.method(:getrlimit)
    CONNECT = ::UNIXSocket.method(:new)
    FILE_OPEN = ::File.method(:open)
    FILE_SIZE = ::File.method(:size)
    FILE_STAT = ::File.method(:stat)
    FILE_READ = ::File.method(:binread)
    FILE_RENAME = ::File.method(:rename)
    THREADS = ::Thread.method(:list)
    MAIN_THREAD = ::Thread.main
    THREAD_BACKTRACE = ::Thread.instance_method(:backtrace)
    THREAD_STATUS = ::Thread.instance_method(:status)
    THREAD_NAME = ::Thread.instance_method(:name)
    THREAD_RAISE = ::Thread.instance_method(:raise)
    INSPECT = ::Thread.instance_method(:inspect)
    LIST = ::Dir.method(:glob)
    MKDIR = ::Dir.method(:mkdir)
    DUMP = ::Marshal.method(:dump)
    RESTORE = ::Marshal.method(:load)
    CHDIR = ::Dir.method(:chdir)
    SRAND = ::Kernel.method(:srand)
    SYSCALL = ::Kernel.method(:syscall) if ::Kernel.respond_to?(:syscall)

    IO_WRITE = ::IO.instance_method(:write)
    IO_READ = ::IO.instance_method(:readpartial)
    IO_SYSWRITE = ::IO.instance_method(:syswrite)
    IO_STAT = ::IO.instance_method(:stat)
    IO_FLUSH = ::IO.instance_method(:flush)
    IO_CLOSE = ::IO.instance_method(:close)
    IO_CLOSED = ::IO.instance_method(:closed?)
    IO_FCNTL = ::IO.instance_method(:fcntl)
    IO_FILENO = ::IO.instance_method(:fileno)
    IO_AUTOCLOSE = ::IO.instance_method(:autoclose=)
    IO_REOPEN = ::IO.instance_method(:reopen)
    IO_SYNC = ::IO.instance_method(:sync=)
    FLOCK = ::File.instance_method(:flock)
    STAT_INO = ::File::Stat.instance_method(:ino)
    STAT_DEV = ::File::Stat.instance_method(:dev)

    MONOTONIC = ::Process::CLOCK_MONOTONIC
    CPU = ::Process::CLOCK_PROCESS_CPUTIME_ID

    STDOUT = ::STDOUT
    STDERR = ::STDERR
    STDIN = ::STDIN
  end
end
