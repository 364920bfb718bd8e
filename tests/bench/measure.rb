# Wall time, CPU of a whole process tree, and medians.
module Measure
  Cost = Struct.new(:wall, :cpu, :status)

  # Runs a command without output. The CPU is that of everything that was waited for, down the tree.
  def self.run(*command, chdir:, env: {})
    before = Process.times
    start = now
    _, status = Process.wait2(Process.spawn(env, *command, chdir: chdir, in: File::NULL, out: File::NULL, err: File::NULL))
    after = Process.times
    cpu = after.cutime + after.cstime - before.cutime - before.cstime
    Cost.new(now - start, cpu, status.exitstatus)
  end

  def self.now = Process.clock_gettime(Process::CLOCK_MONOTONIC)

  def self.median(values)
    sorted = values.sort
    sorted.size.odd? ? sorted[sorted.size / 2] : (sorted[sorted.size / 2 - 1] + sorted[sorted.size / 2]) / 2
  end

  def self.percentile(values, share) = values.sort[((values.size - 1) * share).round]
end
