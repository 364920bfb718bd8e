# frozen_string_literal: true

# What a test can do to the process that runs it, and what must become of it. The system tests run each at a fixed
# place, the fault tests and the soak at random ones.
module RunnerFaults
  # `code`: what the example does. `status`: its verdict then. `again`: whether its file is tried again, so that one
  # that does it only once passes. `how`: what the screen says of it. `quick`: it ends by itself.
  Fault = Struct.new(:name, :code, :status, :again, :how, keyword_init: true) do
    # Hangs are cut short; whatever ignores TERM is not waited for long.
    def arguments(retries = 0)
      ["--crash-retries", retries.to_s, "--grace", "200ms", *(%w[--timeout 5] if hangs?)]
    end

    def hangs?
      status == "timed_out"
    end

    def to_s
      name
    end
  end

  def self.crash(name, code, how)
    Fault.new(name: name, code: code, status: "crashed", again: true, how: how)
  end

  def self.hang(name, code)
    Fault.new(name: name, code: code, status: "timed_out", again: false, how: /timed out/i)
  end

  def self.failure(name, code, how)
    Fault.new(name: name, code: code, status: "failed", again: false, how: how)
  end

  def self.harmless(name, code)
    Fault.new(name: name, code: code, status: "passed", again: false, how: //)
  end

  EAT_MEMORY = "Process.setrlimit(:AS, 1 << 30); eaten = []; loop { eaten << '.' * (16 << 20) }"
  OWN_SESSIONS = "Process.detach(spawn({}, 'setsid', 'sleep', '1000')); spawn('sh', '-c', '(setsid sleep 1001 &)')"
  HOLD_PIPES = "fork { trap('TERM') {}; sleep }; Process.detach(spawn('sleep', '1002', close_others: false))"

  ALL = [
    failure("exit", "exit 0", /called exit\(0\)/),
    failure("abort", "abort 'enough'", /enough/),
    failure("out_of_memory", EAT_MEMORY, /NoMemoryError/),
    crash("exit_bang", "puts 'last words'; $stdout.flush; exit!(7)", /exit 7/),
    crash("exit_bang_zero", "exit!(0)", /exit 0/),
    crash("aborted", "Process.setrlimit(:CORE, 0); Process.kill(:ABRT, $$); sleep", /SIGABRT/),
    crash("segmentation_fault", "Process.setrlimit(:CORE, 0); Process.kill(:SEGV, $$); sleep", /SIG(SEGV|ABRT)/),
    crash("killed", "Process.kill(:KILL, $$); sleep", /SIGKILL/),
    crash("another_program", "exec('true')", /exit 0/),
    hang("stopped", "Process.kill(:STOP, $$)"),
    hang("sleeps", "sleep"),
    hang("spins", "Thread.handle_interrupt(Object => :never) { loop {} }"),
    hang("ignores_term", "trap('TERM') {}; trap('INT') {}; loop { sleep }"),
    hang("floods_output", "loop { puts 'x' * 10_000 }"),
    hang("hangs_with_children", "#{OWN_SESSIONS}; trap('TERM') {}; sleep"),
    harmless("closes_descriptors", "(3..255).each { |fd| IO.for_fd(fd, autoclose: false).close rescue nil }"),
    harmless("leaves_children", HOLD_PIPES),
    harmless("leaves_children_of_own_sessions", OWN_SESSIONS),
    harmless("prints_much", "5_000.times { puts 'x' * 1000 }")
  ].freeze

  def self.[](name)
    ALL.find { |fault| fault.name == name } or raise KeyError, "no fault is called #{name}"
  end
end
