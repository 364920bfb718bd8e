# frozen_string_literal: true

require_relative "support"

# What the machine does to a run: a disk that fills up, a clock that jumps.
class MachineFaultTest < FaultTest
  CLOCK = Dir["/usr/lib/*/faketime/libfaketime.so.1"].first

  # No file may grow beyond a limit, whoever writes it: as a full disk, it fails in the middle of a line.
  fault("file_size_limit") do
    suite(pause: 0)
    @suite.plant("puts 'x' * 100_000")
    project(@suite.files)
    run = start("-c", "ulimit -f #{random.rand(1..64)} && exec \"$@\"", "sh", DTEST, "-j2", "--no-history",
                "--events", place("cut"), program: "/bin/sh", events: false).finish
    assert_told run
  end

  # The temporary directory, and with it sockets and output files, on a small disk that the tests fill.
  fault("disk_full") do
    suite
    @suite.plant("40.times { puts 'x' * 10_000 }")
    disk(random.rand(1..400)) do |tmp|
      assert_told start_suite(env: { "TMPDIR" => tmp, "XDG_RUNTIME_DIR" => tmp }).finish
      assert_empty Dir.children(tmp), "files are left"
    end
  end

  # The day changes under the run, forwards or backwards; time limits and leases do not care.
  fault("clock_jump") do
    skip "libfaketime is not installed" unless CLOCK
    suite
    File.write(place("clock"), "+0")
    fake = { "LD_PRELOAD" => CLOCK, "FAKETIME_TIMESTAMP_FILE" => place("clock"), "FAKETIME_NO_CACHE" => "1",
             "FAKETIME_DONT_FAKE_MONOTONIC" => "1", "ASAN_OPTIONS" => "verify_asan_link_order=0:detect_leaks=0" }
    run = start_suite("--timeout", "30", env: fake)
    File.write(place("clock"), some(%w[+1d -1d +10y -10y +61s -3600s])) if wait_for_moment(run)
    assert_exit 0, run.finish
    assert_whole run
  end

  private

  # Whatever could not be written, no run ends with 0 that did not run everything, and each bad end has a reason.
  def assert_told(run)
    refute_match(/\ASIG/, run.status.to_s, run.screen)
    refute_includes [70, nil], run.status, run.screen
    ran = @suite.ran.size
    assert_equal @suite.examples.size, ran, run.screen if [0, 73].include?(run.status)
    assert_match(/space|full|large|limit|big|XFSZ/i, run.screen, "it ended with #{run.status}") unless run.status.zero?
    assert_nothing_left
  end

  def disk(kilobytes)
    Dir.mkdir(place("disk"), 0o700)
    options = "size=#{kilobytes}k,mode=700"
    mounted = system("mount", "-t", "tmpfs", "-o", options, "none", place("disk"), err: File::NULL)
    skip "no right to mount a small disk" unless mounted
    yield place("disk")
  ensure
    system("umount", "-l", place("disk"), err: File::NULL) if mounted
  end
end
