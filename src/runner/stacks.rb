# frozen_string_literal: true

require_relative "captured"
require_relative "clock"

module Distributest
  # What each thread of a runner was doing, printed when SIGTERM ends one in
  # which nothing has begun or ended for a while: that is how its time limit
  # comes. All of it runs in a signal handler, so nothing here takes a lock.
  module Stacks
    OURS = "#{__dir__}/"
    INNERMOST = 4
    MOST_LINES = 30
    MOST_THREADS = 40
    MOST_BYTES = 12 * 1024
    PATIENCE = 10_000_000
    NEARLY = 0.9 # of the limit: the broker's clock began a little later or earlier

    module_function

    # After which the broker loses its patience, with an example and with a hook, in microseconds.
    def watch(path, slot, project, limit, hook_limit)
      @path = path
      @slot = slot
      @project = "#{project}/"
      @limit = limit
      @patience = [([limit, hook_limit].compact.min || 0) / 2, PATIENCE].min
      @pid = Captured::PID.call
      moved
    end

    # Something began or ended.
    def moved
      @moved = Clock.now
    end

    # The time limit has come. What is said from now on may be the doing of
    # its signal, as a wait that it ended, and nobody is to hear it.
    def over?
      @over
    end

    # Nothing is to be done.
    def rest
      @moved = nil
    end

    def print
      return unless @moved && Captured::PID.call == @pid
      still = Clock.now - @moved
      @over = true if @limit && still >= @limit * NEARLY
      return if still < @patience
      text = "\n-- stacks of runner #{@slot}, where nothing began or ended for #{(still / 1e6).round(1)} s --\n"
      Captured::FILE_OPEN.call(@path, "ab") do |file|
        Captured::IO_SYSWRITE.bind_call(file, (text + threads).byteslice(0, MOST_BYTES))
      end
    rescue ::StandardError
      nil
    end

    # The main thread first: it runs the test.
    def threads
      all = Captured::THREADS.call
      main = Captured::MAIN_THREAD
      ([main] + (all - [main])).first(MOST_THREADS).map { |thread| describe(thread, thread.equal?(main)) }.join
    end

    def describe(thread, main)
      lines = Captured::THREAD_BACKTRACE.bind_call(thread).to_a.reject { |line| line.start_with?(OURS) }
      kept = select(lines)
      name = main ? "main thread" : "thread #{Captured::THREAD_NAME.bind_call(thread) || Captured::INSPECT.bind_call(thread)}"
      status = main ? "" : " (#{Captured::THREAD_STATUS.bind_call(thread)})"
      left = lines.size - kept.size
      kept << "#{left} more of libraries" if left > 0
      "#{name}#{status}\n#{kept.map { |line| "    #{line}\n" }.join}"
    end

    # Where it is, and which lines of the project led there.
    def select(lines)
      own = lines.select { |line| own?(line) }
      kept = lines.take_while { |line| !own?(line) }.first(INNERMOST) + own
      kept.first(MOST_LINES).map { |line| line.delete_prefix(@project) }
    end

    def own?(line)
      line.start_with?(@project) && !line.match?(%r{/(?:vendor|gems)/})
    end
  end
end
