# frozen_string_literal: true

# Processes as /proc shows them, and waiting for what another process does.
module Machine
  PATIENCE = Float(ENV.fetch("DS_PATIENCE", 180))
  Entry = Struct.new(:pid, :parent, :state, :title) do
    def to_s
      "#{pid} (of #{parent}) #{state} #{title}"
    end
  end

  module_function

  def program?(name)
    ENV["PATH"].split(":").any? { |directory| File.executable?(File.join(directory, name)) }
  end

  def now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end

  # What the condition returns once it is true; nil when that takes too long.
  def wait(seconds = PATIENCE)
    deadline = now + seconds
    loop do
      value = yield
      return value if value
      return if now > deadline
      sleep 0.01
    end
  end

  # Processes, but dead ones, that were started with the mark in their environment.
  def marked(mark)
    Dir.children("/proc").grep(/\A\d+\z/).filter_map do |pid|
      next unless File.binread("/proc/#{pid}/environ").include?("DS_MARK=#{mark}")
      entry(pid)
    rescue SystemCallError
      nil
    end
  end

  # It was built with AddressSanitizer, which needs memory of its own.
  def sanitized?(program)
    system("grep", "-qa", "__asan_init", program)
  end

  # The pids of whoever runs just that.
  def running(argv)
    pids = Dir.children("/proc").grep(/\A\d+\z/).map(&:to_i)
    pids.select do |pid|
      File.binread("/proc/#{pid}/cmdline").split("\0") == argv
    rescue SystemCallError
      false
    end
  end

  def entry(pid)
    stat = File.binread("/proc/#{pid}/stat")
    state, parent = stat[(stat.rindex(")") + 2)..].split
    return if state == "Z"
    title = File.binread("/proc/#{pid}/cmdline").tr("\0", " ").strip
    Entry.new(Integer(pid), Integer(parent), state, title)
  end

  def alive?(pid)
    !entry(pid).nil?
  rescue SystemCallError
    false
  end

  def kill(pids)
    pids.each do |pid|
      Process.kill(:KILL, pid)
    rescue SystemCallError
      nil
    end
  end

  def resident_kb(pid)
    File.read("/proc/#{pid}/status")[/VmRSS:\s+(\d+)/, 1].to_i
  end
end
