# What dtest, dtestd and the guardian keep in memory over runs of more and more files: highest resident size of each.
#   ruby tests/bench/growth.rb DTEST [FILES...]
require "fileutils"
require "tmpdir"

dtest = File.expand_path(ARGV.fetch(0) { abort "usage: ruby tests/bench/growth.rb DTEST [FILES...]" })
sizes = ARGV.drop(1).map(&:to_i)
sizes = [200, 1000, 5000] if sizes.empty?

def kilobytes(pid, name)
  File.read("/proc/#{pid}/status")[/^#{name}:\s+(\d+)/, 1].to_i
rescue SystemCallError
  0
end

def children(pid)
  File.read("/proc/#{pid}/task/#{pid}/children").split.map(&:to_i)
rescue SystemCallError
  []
end

def descendant(pid, name)
  children(pid).find { |child| File.read("/proc/#{child}/comm").start_with?(name) }
rescue SystemCallError
  nil
end

def write_suite(directory, files)
  FileUtils.mkdir_p("#{directory}/spec")
  (1..files).each do |i|
    examples = (1..5).map { |n| "  it('does #{n}') { expect(#{n}).to eq(#{n}) }\n" }.join
    File.write("#{directory}/spec/f#{i}_spec.rb", "RSpec.describe 'F#{i}' do\n#{examples}end\n")
  end
end

puts "files   dtest: most, whole   of it anonymous   dtestd   anonymous   guardian   anonymous (KiB)"
sizes.each do |files|
  Dir.mktmpdir do |directory|
    write_suite(directory, files)
    pid = Process.spawn({ "XDG_STATE_HOME" => "#{directory}/state" }, dtest, "-j2", "--preload", "framework",
                        "--format", "quiet", chdir: directory, out: File::NULL, err: File::NULL)
    most = Hash.new(0)
    until Process.wait(pid, Process::WNOHANG)
      daemon = descendant(pid, "dtestd")
      keeper = daemon && descendant(daemon, "dtest-guardian")
      { dtest: pid, dtestd: daemon, guardian: keeper }.each do |name, process|
        next unless process
        most[name] = [most[name], kilobytes(process, "VmHWM")].max
        most[[name]] = [most[[name]], kilobytes(process, "RssAnon")].max
      end
      sleep 0.02
    end
    puts format("%5d %20d %17d %8d %11d %10d %11d   exit %s", files, most[:dtest], most[[:dtest]], most[:dtestd],
                most[[:dtestd]], most[:guardian], most[[:guardian]], $?.exitstatus)
  end
end
