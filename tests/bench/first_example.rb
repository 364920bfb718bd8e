# Notes when the first example begins.
RSpec.configure do |config|
  config.before do
    path = ENV["BENCH_FIRST"]
    File.write(path, Process.clock_gettime(Process::CLOCK_MONOTONIC).to_s) unless File.exist?(path)
  end
end
